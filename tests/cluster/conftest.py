"""Every test of this folder finds a cluster where it expects one server."""

import pytest

from tests.checkout.conftest import quiet
from tests.infra.redis_many import cluster_url
from tests.rooms.conftest import scene

__all__ = ["cluster_url", "quiet", "scene"]


@pytest.fixture(scope="session")
def redis_url(cluster_url: str) -> str:
    return cluster_url
