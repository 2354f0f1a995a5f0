"""Touches, and the sales that they made."""
