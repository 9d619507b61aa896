"""Amounts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.amount import parse_amount


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12,99", 1299),
        ("12", 1200),
        ("12,9", 1290),
        (" 1.234,50 €", 123450),
        ("-3,20", -320),
        ("−€3,20", -320),
        ("0,00", 0),
    ],
)
def test_german(text: str, minor: int) -> None:
    assert parse_amount(text, 2, ",", ".") == minor


@pytest.mark.parametrize(
    "text", ["", "x", "12345678901234", "1.2.3", "12.999", "1,00,0", "1e5", "NaN", "٣", "--1", "1-1"]
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|finer"):
        parse_amount(text, 2, ".", ",")


@given(st.integers(-(10**9), 10**9), st.sampled_from([0, 2, 3]))
def test_what_is_written_is_read(minor: int, digits: int) -> None:
    whole, part = divmod(abs(minor), 10**digits)
    text = f"{'-' if minor < 0 else ''}{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    assert parse_amount(text, digits, ".", ",") == minor
