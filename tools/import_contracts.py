"""Import contracts of this project, beside those that import-linter brings. Direct imports only."""

from abc import abstractmethod
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

Import = tuple[str, str]
"""Who imports, and what."""


class _DirectImportsContract(Contract):
    """Broken by the imports that `illegal_imports` answers. Its fields hold their parsed values by then."""

    @abstractmethod
    def illegal_imports(self, graph: ImportGraph) -> list[Import]: ...

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        illegal = sorted(self.illegal_imports(graph))
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["illegal"]:
            output.print_error(f"{importer} is not allowed to import {imported}", bold=False)


class SlicesContract(_DirectImportsContract):
    """A module of the slice `root.a` imports none of the `closed_modules` of `root.b`.

    A slice that does not exist yet is passed over. Which way imports may run between slices is the
    business of a layers contract.
    """

    type_name = "slices"

    root = fields.StringField()
    slices = fields.ListField(subfield=fields.StringField())
    closed_modules = fields.ListField(subfield=fields.StringField())

    def illegal_imports(self, graph: ImportGraph) -> list[Import]:
        packages = {f"{self.root}.{name}" for name in cast(list[str], self.slices)} & graph.modules
        return [
            (importer, imported)
            for package in packages
            for importer in {package, *graph.find_descendants(package)}
            for imported in graph.find_modules_directly_imported_by(importer)
            if (other := ".".join(imported.split(".")[:2])) in packages - {package}
            and imported.removeprefix(f"{other}.") in cast(list[str], self.closed_modules)
        ]


class OnlyContract(_DirectImportsContract):
    """Only `importers` import `modules`, which need not be imported, or installed, at all."""

    type_name = "only"

    modules = fields.ListField(subfield=fields.StringField())
    importers = fields.ListField(subfield=fields.StringField())

    def illegal_imports(self, graph: ImportGraph) -> list[Import]:
        guarded, allowed = cast(list[str], self.modules), cast(list[str], self.importers)
        return [
            (importer, imported)
            for imported in graph.modules.intersection(guarded)
            for importer in graph.find_modules_that_directly_import(imported).difference(allowed)
        ]
