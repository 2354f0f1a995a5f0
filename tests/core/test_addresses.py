"""Whom a line belongs to: nobody can choose the address that is counted."""

import pytest

from server.core.addresses import client_address, is_loopback

LINE = ("192.0.2.7", 5000)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (LINE, "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 5000, 0, 0), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 5000, 0, 0), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.7", 5000, 0, 0), "192.0.2.7"),
        (("fe80::1%eth0", 5000, 0, 3), "fe80::/64"),
        (("::1", 5000, 0, 0), "::1"),
        ("", ""),  # a Unix socket
        (b"\0", ""),
        (None, ""),
    ],
)
def test_the_line_itself(line: object, expected: str) -> None:
    assert client_address(line, ["198.51.100.1"], 0) == expected


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        (["198.51.100.1"], 1, "198.51.100.1"),
        (["203.0.113.9, 198.51.100.1"], 1, "198.51.100.1"),
        (["203.0.113.9, 198.51.100.1"], 2, "203.0.113.9"),
        (["203.0.113.9", "198.51.100.1"], 2, "203.0.113.9"),  # two headers are one list
        (["203.0.113.9", "198.51.100.1 "], 1, "198.51.100.1"),
        (["2001:db8:1:2:3::9"], 1, "2001:db8:1:2::/64"),
        (["::ffff:198.51.100.1"], 1, "198.51.100.1"),
        ([], 1, "192.0.2.7"),
        ([""], 1, "192.0.2.7"),
        (["198.51.100.1"], 2, "192.0.2.7"),  # it did not come through both
        (["unknown"], 1, "192.0.2.7"),
        (["198.51.100.1:80"], 1, "192.0.2.7"),
        (["198.51.100.256"], 1, "192.0.2.7"),
        (["203.0.113.9, ,198.51.100.1"], 2, "192.0.2.7"),
        (["x" * 10_000 + ",198.51.100.1"], 1, "198.51.100.1"),
    ],
)
def test_what_trusted_proxies_say(forwarded: list[str], proxies: int, expected: str) -> None:
    assert client_address(LINE, forwarded, proxies) == expected


def test_what_is_written_further_left_changes_nothing() -> None:
    for invented in ("1.1.1.1", "x, y", "1.1.1.1, 2.2.2.2, 3.3.3.3"):
        assert client_address(LINE, [f"{invented}, 198.51.100.1"], 1) == "198.51.100.1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("192.0.2.7", False), ("2001:db8::/64", False),
     ("", False), ("localhost", False)],
)  # fmt: skip
def test_which_addresses_are_this_machine(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected
