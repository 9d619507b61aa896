"""Bar codes as a shop's catalogue writes them → GTIN-14.

UPC-A, EAN-13 and EAN-8 with or without leading zeros are padded, UPC-E is expanded (GS1 General Specifications, 5.2.2.4.2).
A code that is neither, or whose check digit is wrong, is the shop's own: it becomes a number of the range that GS1
leaves to a company's internal use (prefix 04), built from the code's digits, so that it can never meet a real one.
"""

import zlib

from store_client.contract.gtin import check_digit, is_gtin, make_gtin

_LEAST = 8


def to_gtin(code: str) -> str:
    """A valid GTIN-14 for any text: the same for the same code."""
    if code.isascii() and code.isdigit():
        expanded = _expanded(code)
        if expanded is not None:
            return expanded
        if len(code) >= _LEAST and is_gtin(code.rjust(14, "0")):
            return code.rjust(14, "0")
    return _in_store(code)


def _expanded(code: str) -> str | None:
    """GTIN-14 of a UPC-E code: six digits, or eight with number system and check digit. None if it is not one."""
    if len(code) == 6:
        system, body, check = "0", code, None
    elif len(code) == 8 and code[0] in "01":
        system, body, check = code[0], code[1:7], code[7]
    else:
        return None
    a, b, c, d, e, last = tuple(body)
    if last in "012":
        middle = f"{a}{b}{last}0000{c}{d}{e}"
    elif last == "3":
        middle = f"{a}{b}{c}00000{d}{e}"
    elif last == "4":
        middle = f"{a}{b}{c}{d}00000{e}"
    else:
        middle = f"{a}{b}{c}{d}{e}0000{last}"
    digits = system + middle
    right = check_digit(digits)
    return make_gtin(digits) if check is None or check == right else None


def _in_store(code: str) -> str:
    is_number = code.isascii() and code.isdigit() and len(code) <= 9
    # Nine digits for what is not a short number either: its checksum, marked apart by a leading 9.
    body = f"0{code.rjust(9, '0')}" if is_number else f"9{zlib.crc32(code.encode()) % 10**9:09d}"
    return make_gtin(f"004{body}")
