"""GTIN-14, the key of every product (GS1 General Specifications, 7.9: check digit)."""

from typing import Annotated

import msgspec

from store_client.contract.pattern import END

Gtin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{14}" + END, description="GTIN-14")]


def check_digit(body: str) -> str:
    """The digit that completes ``body`` (digits only, without its check digit)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """True for 14 digits of which the last is right."""
    return len(text) == 14 and text.isascii() and text.isdigit() and check_digit(text[:-1]) == text[-1]


def make_gtin(body: str) -> str:
    """A GTIN-14 from up to 13 leading digits. Raises ValueError if ``body`` is anything else."""
    if not (body.isascii() and body.isdigit() and len(body) <= 13):
        raise ValueError(f"not the body of a GTIN: {body!r}")
    body = body.rjust(13, "0")
    return body + check_digit(body)
