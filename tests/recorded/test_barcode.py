"""Bar codes of a catalogue become GTINs, and never each other's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_client.contract.gtin import is_gtin
from store_server.recorded.barcode import to_gtin


@pytest.mark.parametrize(
    ("code", "gtin"),
    [
        ("071142008582", "00071142008582"),  # UPC-A
        ("71142008582", "00071142008582"),  # its leading zero lost
        ("4006381333931", "04006381333931"),  # EAN-13
        ("96385074", "00000096385074"),  # EAN-8
        ("04963406", "00049000006346"),  # UPC-E with number system and check digit
        ("496340", "00049000006346"),  # the same without
    ],
)
def test_known_codes(code: str, gtin: str) -> None:
    assert to_gtin(code) == gtin


def test_a_wrong_check_digit_makes_it_a_code_of_the_shop() -> None:
    assert to_gtin("071142008583").startswith("004")


@given(st.text(max_size=30))
def test_anything_becomes_a_valid_gtin_and_always_the_same(code: str) -> None:
    assert is_gtin(to_gtin(code))
    assert to_gtin(code) == to_gtin(code)


def test_house_codes_stay_apart() -> None:
    assert len({to_gtin(f"{number:02d}") for number in range(100)} | {to_gtin("3.5"), to_gtin("")}) == 102
