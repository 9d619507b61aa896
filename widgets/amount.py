"""Money as it is read: whole minor units and a currency, written as the reader's locale does."""

from dataclasses import dataclass

from PySide6.QtCore import QLocale

_MINUS = "−"
_NO_MINOR = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE_MINOR = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "KRW": "₩", "INR": "₹"}


@dataclass(frozen=True, slots=True)
class Amount:
    """``minor``: whole minor units, cents for most; ``currency``: ISO 4217."""

    minor: int
    currency: str


def minor_digits(currency: str) -> int:
    """Digits after the point, ISO 4217."""
    return 0 if currency in _NO_MINOR else 3 if currency in _THREE_MINOR else 2


def plain_amount(amount: Amount, locale: QLocale) -> str:
    """The number alone, without currency: ``1,234.50``. Never passes through a float."""
    digits = minor_digits(amount.currency)
    major, minor = divmod(abs(amount.minor), 10**digits)
    text = locale.toString(major)
    if digits:
        text += f"{locale.decimalPoint()}{minor:0{digits}d}"
    return f"{_MINUS}{text}" if amount.minor < 0 else text


def format_amount(amount: Amount, locale: QLocale, *, is_change: bool = False) -> str:
    """The amount with its currency where the locale puts it: ``€12.99``, ``12,99 €``. ``is_change`` signs a plus too."""
    symbol = _SYMBOLS.get(amount.currency, amount.currency)
    number = plain_amount(Amount(abs(amount.minor), amount.currency), locale)
    pattern = locale.toCurrencyString(0, "¤")
    place = pattern.index("0") if "0" in pattern else len(pattern)
    text = f"{number}\u00a0¤" if place < pattern.index("¤") else f"¤{number}"
    if len(symbol) > 1 and text.startswith("¤"):
        text = f"¤\u00a0{number}"
    sign = _MINUS if amount.minor < 0 else "+" if is_change and amount.minor > 0 else ""
    return sign + text.replace("¤", symbol)


def rate_text(basis_points: int, locale: QLocale) -> str:
    """A tax rate without digits that say nothing: ``19 %``, ``5.5 %``."""
    whole, part = divmod(basis_points, 100)
    digits = f"{part:02d}".rstrip("0")
    return f"{locale.toString(whole)}{locale.decimalPoint() + digits if digits else ''} %"
