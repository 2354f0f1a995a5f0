"""The pages that people open: host panel, watch page, pay page, report."""

from server.pages.errors import render_error
from server.pages.headers import middleware
from server.pages.routes import setup

__all__ = ["middleware", "render_error", "setup"]
