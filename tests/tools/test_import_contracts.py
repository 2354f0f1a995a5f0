"""The project's own import contracts, each on a small graph that keeps it and one that breaks it."""

import pytest
from grimp import ImportGraph

from tools.import_contracts import Import, OnlyContract, SlicesContract


def graph_of(*imports: Import) -> ImportGraph:
    graph = ImportGraph()
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    for package in ("server.pins", "server.stock"):
        graph.add_module(package)
    return graph


def slices() -> SlicesContract:
    options = {"root": "server", "slices": ["pins", "stock", "polls"], "closed_modules": ["store", "routes"]}
    return SlicesContract("slices", {}, options)


@pytest.mark.parametrize(
    "allowed",
    [
        ("server.pins.service", "server.stock.service"),
        ("server.pins.service", "server.pins.store"),
        ("server.app", "server.stock.store"),
        ("server.pins.store", "server.core.store"),
    ],
)
def test_slices_may(allowed: Import) -> None:
    assert slices().check(graph_of(allowed), verbose=False).kept


@pytest.mark.parametrize("importer", ["server.pins.service", "server.pins.deeper.down", "server.pins"])
def test_a_slice_may_not_reach_into_another(importer: str) -> None:
    check = slices().check(graph_of((importer, "server.stock.store")), verbose=False)
    assert not check.kept
    assert check.metadata["illegal"] == [(importer, "server.stock.store")]


def test_only_the_named_importer_may() -> None:
    contract = OnlyContract("only", {}, {"modules": ["stripe"], "importers": ["server.payments.gateway"]})
    assert contract.check(graph_of(("server.payments.gateway", "stripe")), verbose=False).kept
    assert contract.check(graph_of(), verbose=False).kept
    assert not contract.check(graph_of(("server.payments.routes", "stripe")), verbose=False).kept
