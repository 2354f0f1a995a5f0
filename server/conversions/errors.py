from server.core.errors import Forbidden


class NoTouches(Forbidden):
    """A preview is not counted."""

    code = "conversions.preview"
