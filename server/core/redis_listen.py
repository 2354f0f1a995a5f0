"""Where a channel can be heard: on the one server, on the primary of now, or on its own one of a cluster."""

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from server.core.news_line import Once
from server.core.redis_address import address


class Listeners:
    """`per_channel`: each channel is told by a server of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._at = address(url)
        self.per_channel = self._at.kind == "cluster"
        # Who asks for the driver would have it looked up on the disk.
        self._options: dict[str, Any] = {
            "decode_responses": True, "socket_connect_timeout": 2, "driver_info": None
        }  # fmt: skip

    async def open(self, channel: str) -> Redis:
        """A client that connects once, and stays away when that breaks. The server is looked for anew."""
        once = Once(NoBackoff(), 0)
        if self._at.kind == "server":
            return Redis.from_url(self._url, retry=once, **self._options)
        find = self._node_of(channel) if self._at.kind == "cluster" else self._primary()
        host, port = await find
        return Redis(host=host, port=port, retry=once, **self._options, **self._at.options)

    async def _primary(self) -> tuple[str, int]:
        quick = {"socket_connect_timeout": 2, "socket_timeout": 2}
        known: Any = Sentinel(list(self._at.nodes), sentinel_kwargs=quick)  # type: ignore[no-untyped-call]
        try:
            found: tuple[str, int] = await known.discover_master(self._at.service)
            return found
        finally:
            for each in known.sentinels:
                await each.aclose()

    async def _node_of(self, channel: str) -> tuple[str, int]:
        nodes = [ClusterNode(host, port) for host, port in self._at.nodes]
        async with RedisCluster(startup_nodes=nodes, **self._options, **self._at.options) as cluster:
            node = cluster.get_node_from_key(channel)
            if node is None:
                raise RedisConnectionError("no server has this channel for now")
            return str(node.host), int(node.port)
