"""What we rely on beyond what the libraries document."""

import pytest

from server.core.realtime import library


def test_the_installed_versions_have_it_all() -> None:
    library.require()


class Newer:
    def feed_data(self, data: bytes, more: int) -> None: ...


@pytest.mark.parametrize("relied_on", [(Newer, "gone", None), (Newer, "feed_data", ["self", "data"])])
def test_another_version_is_refused_in_words(relied_on: tuple[type, str, list[str] | None]) -> None:
    with pytest.raises(library.LibraryMismatch, match=rf"Newer has no {relied_on[1]}.*requirements/base.txt"):
        library.require([relied_on])


@pytest.mark.parametrize(
    "head", [b"GET / HTTP/1.1\r\n folded\r\n\r\n", b"\xff\r\n\r\n", b"GET / HTTP/1.1\r\nX", b""]
)
def test_half_a_head_is_none(head: bytes) -> None:
    with pytest.raises(library.NoHead):
        library.read_head(head)
