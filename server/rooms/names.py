"""The rooms of the real-time server."""


def stream_room(stream: str) -> str:
    """Everybody who watches a stream: story events."""
    return f"stream:{stream}"


def shop_room(shop: str) -> str:
    """Everybody at any stream of a shop: what is left."""
    return f"shop:{shop}"


def viewer_room(viewer: str) -> str:
    """All connections of one viewer."""
    return f"viewer:{viewer}"


def host_room(stream: str) -> str:
    """The staff who run a stream."""
    return f"host:{stream}"
