"""Adds to a living cart or takes back from it, with a reason."""

from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.trip import ChangeCart
from console.state.book import Book
from resources.theme import Theme
from store_client.contract.cart import CartLine
from store_client.contract.product import Product
from widgets.flow_layout import FlowLayout

_LEAST_REASON, _MOST_REASON = 3, 500


class CartChange(QFrame):
    asked = Signal(object)
    """The ChangeCart."""
    left = Signal()
    """Nothing is offered any more."""

    def __init__(self, theme: Theme, products: Book[str, Product], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._products = products
        self._trip = ""
        self._gtin: str | None = None
        self._named: dict[str, str] = {}  # GTIN by what is typed
        self._quantity = 1
        self._title = QLabel()
        self._title.setProperty("role", "strong")
        self._title.setWordWrap(True)
        self._product = QLineEdit()
        self._product.setPlaceholderText(self.tr("Product"))
        self._product.setAccessibleName(self.tr("Product"))
        self._product.textChanged.connect(self._told)
        self._reason = QComboBox()
        self._reason.setEditable(True)
        self._reason.setAccessibleName(self.tr("Reason"))
        typed = self._reason.lineEdit()
        if typed is not None:
            typed.setAccessibleName(self.tr("Reason"))
            typed.setMaxLength(_MOST_REASON)
        self._reason.addItems(
            [
                self.tr("Seen by staff"),
                self.tr("Shopper says so"),
                self.tr("Seen on camera"),
                self.tr("Scanned at the till"),
            ]
        )
        self._reason.editTextChanged.connect(self._told)
        self._send = QPushButton()
        self._send.setProperty("role", "primary")
        self._send.clicked.connect(self._ask)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.leave)
        buttons = FlowLayout(tail=2)
        buttons.setSpacing(theme.space(2))
        for part in (self._reason, cancel, self._send):
            buttons.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addWidget(self._title)
        column.addWidget(self._product)
        column.addLayout(buttons)
        self.hide()

    def add(self, trip: str) -> None:
        """Offers to add one of any product."""
        self._begin(trip, None, 1, self.tr("Add to the cart"), self.tr("Add"))
        offered = self._offered()
        self._named = {words.casefold(): gtin for words, gtin in offered.items()}
        completer = QCompleter(sorted(offered), self._product)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._product.setCompleter(completer)
        self._product.show()
        self._product.setFocus()

    def take(self, trip: str, line: CartLine) -> None:
        """Offers to take back one unit of a line."""
        self._begin(trip, line.gtin, -1, self.tr("Take back one {0}").format(line.name), self.tr("Take back"))
        self._product.hide()
        self._reason.setFocus()

    def leave(self) -> None:
        self.hide()
        self.left.emit()

    def trip(self) -> str | None:
        """Whose cart it would change; None while it offers nothing."""
        return None if self.isHidden() else self._trip

    def _begin(self, trip: str, gtin: str | None, quantity: int, title: str, word: str) -> None:
        self._trip, self._gtin, self._quantity = trip, gtin, quantity
        self._title.setText(title)
        self._send.setText(word)
        self._product.clear()
        self._reason.setCurrentIndex(0)
        self.show()
        self._told()

    def _offered(self) -> dict[str, str]:
        """GTINs by name; where several products have one name, the number stands beside it."""
        products = self._products.values
        counts = Counter(product.name.casefold() for product in products.values())
        return {
            product.name if counts[product.name.casefold()] == 1 else f"{product.name} ({gtin})": gtin
            for gtin, product in products.items()
        }

    def _chosen(self) -> str | None:
        """GTIN of what is named, by its name or the number itself."""
        if self._gtin is not None:
            return self._gtin
        text = self._product.text().strip().casefold()
        return text if self._products.get(text) is not None else self._named.get(text)

    def _told(self) -> None:
        self._send.setEnabled(self._chosen() is not None and len(self._reason.currentText().strip()) >= _LEAST_REASON)

    def _ask(self) -> None:
        gtin = self._chosen()
        if gtin is not None:
            self.asked.emit(ChangeCart(self._trip, gtin, self._quantity, self._reason.currentText().strip()))
            self.leave()
