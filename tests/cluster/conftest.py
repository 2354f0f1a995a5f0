"""Every test of this folder finds a cluster where it expects one server."""

import pytest

from tests.infra.redis_many import cluster_url

__all__ = ["cluster_url"]


@pytest.fixture(scope="session")
def redis_url(cluster_url: str) -> str:
    return cluster_url
