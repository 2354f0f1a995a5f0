"""What the whole repository keeps to."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 300


def files(*patterns: str) -> list[Path]:
    """What is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).is_file()]


def text(path: Path) -> str:
    return path.read_text("utf-8")


def test_no_module_grows_out_of_sight() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files("server/*.py", "standin/*.py", "demo/*.py", "widgets/src/*.ts")
        if "migrations/versions" not in str(path) and (lines := len(text(path).splitlines())) > LONGEST
    }
    assert long == {}


def test_lock_files_hold_versions_and_hashes_and_no_address() -> None:
    locks = files("requirements/*.txt", "widgets/package-lock.json")
    assert len(locks) >= 4
    for path in locks:
        found = re.findall(r'(?:https?|git\+\w+|file)://[^\s"]+', text(path))
        # Pages of licences and of funding, which npm copies from the packages.
        addresses = [one for one in found if path.suffix == ".txt" or "/-/" in one or "registry" in one]
        assert addresses == [], path.name
        assert "resolved" not in text(path)
        if path.suffix == ".txt":
            pinned = re.findall(r"^[a-z0-9][^\s;]*", text(path), re.MULTILINE)
            assert pinned, path
            assert all("==" in line for line in pinned), path
            assert text(path).count("--hash=sha256:") >= len(pinned), path


def test_no_index_is_named_anywhere_else() -> None:
    for path in files("requirements/*.in", "widgets/.npmrc", "pyproject.toml", "Makefile"):
        assert not re.search(r"--(extra-)?index-url\s+\S|registry\s*=", text(path)), path


def test_stripes_stand_in_is_run_and_never_imported() -> None:
    for path in files("*.py"):
        assert not re.search(r"^\s*(import|from)\s+localstripe", text(path), re.MULTILINE), path


def test_no_fake_redis() -> None:
    for path in files("*.py", "requirements/*"):
        if path != Path(__file__):
            assert "fakeredis" not in text(path), path


def test_tests_are_not_skipped_in_silence() -> None:
    """Where something is not there, the reason is said, and where all must be there, it fails."""
    for path in files("tests/*.py"):
        if path == Path(__file__):
            continue
        for number, line in enumerate(text(path).splitlines(), 1):
            bare = re.search(r"pytest\.(skip\(\)|mark\.skip\b(?!if)|importorskip)|unittest\.skip", line)
            assert bare is None, f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def test_migrations_know_every_table_module() -> None:
    """A slice with tables that Alembic does not load would be dropped by the next migration."""
    env = text(ROOT / "server" / "migrations" / "env.py")
    for path in files("server/*.py"):
        if re.search(r"^\w+ = Table\($", text(path), re.MULTILINE):
            module = ".".join(path.relative_to(ROOT / "server").with_suffix("").parts)
            assert f'"{module}"' in env, module
