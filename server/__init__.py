"""Proofcast: a live product evaluation, made shoppable."""

__version__ = "0.1.0"
