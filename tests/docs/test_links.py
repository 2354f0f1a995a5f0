"""What the documents point at is there: links, files, tests, targets of make."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TREES = (
    "server",
    "standin",
    "demo",
    "widgets",
    "static",
    "tests",
    "benchmarks",
    "docs",
    "requirements",
    "tools",
)
MADE = ("static/build", "widgets/src/wire/protocol.gen.ts", "widgets/node_modules")
"""Not committed: there after a build only."""

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_SLUG = re.compile(r"[^\w\- ]")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """The page without its fenced examples."""
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {_SLUG.sub("", title.replace("`", "").lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        assert to.exists(), f"{named(page)} links to {target}"
        if anchor:
            assert anchor in anchors(to), f"{named(page)} links to {target}"


def files(page: Path) -> Iterator[tuple[str, str]]:
    """The file names in code marks, each with the name that follows `::`."""
    for text in _CODE.findall(prose(page)):
        path, _, inside = text.partition("::")
        if path.startswith(tuple(f"{tree}/" for tree in TREES)) and not re.search(r"[\s<>{}…]", path):
            yield path, inside


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_are_there(page: Path) -> None:
    for path, inside in files(page):
        if path.startswith(MADE):
            continue
        found = list(ROOT.glob(path))
        assert found, f"{named(page)} names {path}"
        if inside:
            names = set(re.findall(r"(?:def|class) (\w+)", found[0].read_text()))
            assert set(inside.split("::")) <= names, f"{named(page)} names {path}::{inside}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_targets_are_in_the_makefile(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"`make ([a-z-]+)", page.read_text()):
        assert target in targets, f"{named(page)} names make {target}"


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    index = set(_LINK.findall((folder / "README.md").read_text()))
    assert index >= {page.name for page in folder.glob("[0-9]*.md")}


def test_every_slice_is_on_the_map() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    for folder in (ROOT / "server").iterdir():
        if (folder / "__init__.py").is_file():
            assert f"  {folder.name}/" in page, f"server/{folder.name} is not on the map"
