"""Amounts as people type them. Whole minor units come out; no float on the way. (Shown by ``widgets.amount``.)"""

import re

MOST_FIGURES = 12
"""More are a number that was meant for another field; the store looks for no such amount."""


def parse_amount(text: str, digits: int, mark: str, group: str) -> int:
    """Minor units of what was typed: ``12,99`` is 1299.

    ``digits``: those of the currency's minor unit; ``mark`` and ``group``: the locale's decimal mark and grouping
    sign, of which the latter may be left out, as may a currency's sign at either end. Raises ValueError with a text
    for people when it is no amount, finer than the currency goes, or has more than MOST_FIGURES.
    """
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    bare = re.sub(r"^([-−]?)[^0-9.,−-]+|[^0-9.,]+$", r"\1", bare)
    is_negative = bare[:1] in {"-", "−"}
    whole = rf"[0-9]+|[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+"
    match = re.fullmatch(rf"({whole})(?:{re.escape(mark)}([0-9]*))?", bare[is_negative:])
    if match is None:
        raise ValueError(f"“{text}” is not an amount")
    part = match[2] or ""
    if len(part) > digits:
        raise ValueError(f"“{text}” is finer than the currency goes")
    figures = match[1].replace(group, "") + part.ljust(digits, "0")
    if len(figures) > MOST_FIGURES:
        raise ValueError(f"“{text}” is no amount of money that there is")
    minor = int(figures)
    return -minor if is_negative else minor
