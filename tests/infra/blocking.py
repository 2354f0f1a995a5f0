"""One blocking call on the loop freezes every viewer: here it fails the test instead."""

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx


@pytest.fixture(autouse=True)
def nothing_blocks(request: pytest.FixtureRequest) -> Iterator[None]:
    """In every test with a running show, from when it is up until it is taken down."""
    if "show" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("show")
    with blockbuster_ctx("server") as guard:
        for function in guard.functions.values():
            # Once per new connection to PostgreSQL, it looks for a file of passwords.
            function.can_block_in("asyncpg/connect_utils.py", "_parse_connect_arguments")
        yield
