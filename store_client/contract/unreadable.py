"""Bytes that cannot be read."""

import msgspec

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are not of the form asked for: the second where a text is not UTF-8, the third where
they are nested deeper than it follows."""
