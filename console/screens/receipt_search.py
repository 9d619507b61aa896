"""The fields by which a receipt is found."""

from collections.abc import Callable

from PySide6.QtCore import QLocale, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.domain.amount import parse_amount
from console.domain.listing import ReceiptQuery
from console.screens.search_fields import SETTLE_MS, AgoChoice, SearchField
from resources.theme import Theme
from widgets.amount import Amount, minor_digits, plain_amount


class ReceiptSearch(QWidget):
    """Asks when typing rests. A field that cannot be read is marked and asks nothing."""

    asked = Signal(object)
    """The ReceiptQuery."""

    def __init__(self, theme: Theme, now_us: Callable[[], int], parent: QWidget | None = None) -> None:
        """``now_us``: store time, from which "today" is reckoned."""
        super().__init__(parent)
        self._now_us = now_us
        self._zone = "UTC"
        self._currency = "EUR"
        self._text = SearchField(self.tr("Product, receipt or visit number"), self.tr("Search receipts"))
        self._last4 = SearchField(self.tr("Card’s last four"), self.tr("Last four digits of the card"))
        self._last4.setMaxLength(4)
        self._least = SearchField(self.tr("From amount"), self.tr("Least amount"))
        self._most = SearchField(self.tr("To amount"), self.tr("Greatest amount"))
        self._span = AgoChoice(self.tr("Time of the receipt"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.space(2))
        for fields in (((self._text, 2), (self._span, 1)), ((self._last4, 4), (self._least, 5), (self._most, 5))):
            row = QHBoxLayout()
            row.setSpacing(theme.space(2))
            rows.addLayout(row)
            for field, part in fields:
                row.addWidget(field, part)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE_MS)
        self._rest.timeout.connect(self._ask)
        for field in (self._text, self._last4, self._least, self._most):
            field.textEdited.connect(self._typed)
            field.returnPressed.connect(self._ask)
        self._span.activated.connect(self._ask)

    def set_store(self, zone: str, currency: str) -> None:
        self._zone, self._currency = zone, currency

    def focus(self) -> None:
        self._text.setFocus()
        self._text.selectAll()

    def ask_now(self) -> bool:
        """Asks without waiting for typing to rest; False where nobody types here."""
        if not any(field.hasFocus() for field in (self._text, self._last4, self._least, self._most)):
            return False
        self._ask()
        return True

    def clear(self) -> None:
        for field in (self._text, self._last4, self._least, self._most):
            field.clear()
        self._span.setCurrentIndex(0)
        self._ask()

    def query(self) -> ReceiptQuery | None:
        """None while a field cannot be read."""
        least, most = self._amount(self._least), self._amount(self._most)
        last4 = self._last4.text().strip()
        self._mark(self._last4, not last4 or (len(last4) == 4 and last4.isascii() and last4.isdigit()))
        fields = (self._last4, self._least, self._most)
        if any(field.property("invalid") for field in fields):
            return None
        return ReceiptQuery(
            text=self._text.text().strip(),
            since_us=self._span.since(self._now_us(), self._zone),
            min_minor=least,
            max_minor=most,
            last4=last4,
        )

    def leave(self) -> None:
        """Nobody looks any more: what was typed is asked for when this is shown again, and not for who comes next."""
        self._rest.stop()

    def _typed(self) -> None:
        self._rest.start()

    def _ask(self) -> None:
        self._rest.stop()
        query = self.query()
        if query is not None:
            self.asked.emit(query)

    def _amount(self, field: QLineEdit) -> int | None:
        locale = QLocale()
        if not field.text().strip():
            self._mark(field, True)
            return None
        try:
            minor = parse_amount(
                field.text(), minor_digits(self._currency), locale.decimalPoint(), locale.groupSeparator()
            )
        except ValueError:
            minor = -1
        if minor < 0:
            self._mark(field, False)
            such = plain_amount(Amount(12_50, self._currency), locale)
            field.setToolTip(self.tr("“{0}” cannot be read as an amount such as {1}").format(field.text(), such))
            return None
        self._mark(field, True)
        field.setToolTip(field.accessibleName())
        return minor

    def _mark(self, field: QLineEdit, is_valid: bool) -> None:
        if bool(field.property("invalid")) == (not is_valid):
            return
        field.setProperty("invalid", not is_valid)
        field.style().unpolish(field)
        field.style().polish(field)
