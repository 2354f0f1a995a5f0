"""Small programs that stand where a test needs an executable."""

import stat
from pathlib import Path


def make_executable(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
