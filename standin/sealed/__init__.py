"""A folder for PYTHONPATH: the interpreter that runs localstripe finds `sitecustomize` in it."""
