"""Which program this is, as it signs."""

VERSION = "0.1.0"
