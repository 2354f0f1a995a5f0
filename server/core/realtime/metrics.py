"""One node's real-time server, for Prometheus."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import Metric

from server.core.metrics import counter, counters, gauge, gauges, histogram
from server.core.realtime.frames import (
    FLOOD,
    GOING_AWAY,
    INTERNAL,
    NO_PONG,
    NOT_CONNECTED,
    POLICY,
    RESTART,
    TOO_SLOW,
)
from server.core.realtime.hub import Realtime

_REASONS = {
    TOO_SLOW: "too_slow",
    FLOOD: "flood",
    RESTART: "draining",
    NO_PONG: "no_pong",
    NOT_CONNECTED: "not_connected",
    POLICY: "policy",
    GOING_AWAY: "stopping",
    INTERNAL: "internal",
}
"""Of ending a connection. Others are against the WebSocket protocol."""


def collect(realtime: Realtime) -> Iterator[Metric]:
    engine, counts = realtime.engine, realtime.counts
    rooms: Counter[str] = Counter()
    members: Counter[str] = Counter()
    for name, size in engine.rooms.sizes():
        kind = name.partition(":")[0]
        rooms[kind] += 1
        members[kind] += size
    ended: Counter[str] = Counter()
    for code, count in engine.ended.items():
        ended[_REASONS.get(code, "protocol")] += count
    yield gauge("proofcast_connections", "Sockets that are open.", engine.connections)
    yield counter("proofcast_connections_opened", "Sockets that were opened.", engine.opened_total)
    yield counters("proofcast_connections_ended", "Sockets that the server ended.", ["reason"], ended)
    connects = counts.connects + engine.door.refused
    yield counters("proofcast_connects", "Who came, by outcome.", ["outcome"], connects)
    yield gauge("proofcast_viewers", "Sockets in the room of a stream.", members["stream"])
    yield gauges("proofcast_rooms", "Rooms with somebody in them.", ["kind"], rooms)
    yield gauge("proofcast_send_queue_bytes", "Bytes that wait for slow readers.", engine.bytes_queued())
    yield counters("proofcast_events", "Events said to rooms that somebody is in.", ["event"], counts.events)
    yield counter("proofcast_messages_sent", "Events times their listeners.", engine.rooms.frames_sent)
    yield histogram(
        "proofcast_fan_out_seconds",
        "From an event in hand to its last viewer.",
        [],
        {(): engine.rooms.fan_out},
    )
    yield counters("proofcast_commands", "Commands, by outcome.", ["command", "outcome"], counts.commands)
    yield histogram(
        "proofcast_command_seconds", "From a command read to its answer.", ["command"], counts.times
    )
