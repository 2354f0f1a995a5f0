"""The chat's scripts, on a cluster."""
# ruff: noqa: F403

from tests.chat.conftest import clock, talk
from tests.chat.test_scripts import *

__all__ = ["clock", "talk"]

# It listens by itself, on one connection; test_news.py does that on a cluster.
del test_news_are_few_and_what_is_left_untold_is_told  # noqa: F821
