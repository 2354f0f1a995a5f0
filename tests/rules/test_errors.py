"""A client decides by an error's code: each has one of its own, and keeps its meaning."""

import importlib
import pkgutil
import re
from pathlib import Path

import server
from server.core.errors import ProofcastError


def all_errors() -> list[type[ProofcastError]]:
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    found: list[type[ProofcastError]] = []
    todo = [ProofcastError]
    while todo:
        error = todo.pop()
        if error.__module__.startswith("server."):
            found.append(error)
        todo += error.__subclasses__()
    return found


INHERIT = {
    "Internal": "internal",  # the base, said in words
    "StockNotLoaded": "unavailable",  # Redis came back empty: for a client as good as away
}


def test_every_error_has_a_code_of_its_own_or_says_why_not() -> None:
    owners: dict[str, str] = {}
    for error in all_errors():
        if error.__name__ in INHERIT:
            assert "code" not in vars(error)
            assert error.code == INHERIT[error.__name__]
            continue
        assert "code" in vars(error), f"{error.__name__} has no code of its own"
        assert error.code not in owners, f"{error.__name__} and {owners[error.code]}: {error.code}"
        owners[error.code] = error.__name__
    assert len(owners) > 20


def test_codes_read_alike() -> None:
    for error in all_errors():
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", error.code), error
        slice_name = error.__module__.split(".")[1]
        assert slice_name == "core" or error.__module__ == f"server.{slice_name}.errors", error


def test_4xx_is_a_decision_and_5xx_a_fault() -> None:
    for error in all_errors():
        assert 400 <= error.status < 600, error
        if error.status == 503:
            assert error.retryable, f"{error.__name__}: an outage passes"
        if error.status == 500:
            assert not error.retryable, f"{error.__name__}: a bug stays"


def test_every_code_is_written_down_for_outsiders() -> None:
    protocol = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
    inside = {"checkout.wrong_transition", "checkout.amount_mismatch"} | {
        error.code for error in all_errors() if error.__module__ == "server.payments.errors"
    }
    for error in all_errors():
        assert error.code in inside or f"`{error.code}`" in protocol, error.code
