"""What a decision would do, before anything is sent."""

from dataclasses import dataclass

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.amount import Amount, format_amount
from widgets.facts import Facts
from widgets.state_chip import StateChip


@dataclass(frozen=True, slots=True)
class TaxEffect:
    rate: int  # basis points
    net: Amount
    tax: Amount


@dataclass(frozen=True, slots=True)
class StockEffect:
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Effect:
    """Changes; negative amounts go to the shopper. ``refund``: what is paid back, positive."""

    net: Amount
    taxes: tuple[TaxEffect, ...]
    total: Amount
    refund: Amount
    stock: tuple[StockEffect, ...]
    needs_approval: bool = False


def rate_text(rate: int, locale: QLocale) -> str:
    """Basis points as percent, without digits that say nothing: ``19 %``, ``5.5 %``."""
    whole, part = divmod(rate, 100)
    digits = f"{part:02d}".rstrip("0")
    return f"{locale.toString(whole)}{locale.decimalPoint() + digits if digits else ''} %"


class EffectView(QFrame):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        title = QLabel(self.tr("Effect"))
        title.setProperty("role", "strong")
        self._chip = StateChip(theme)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._chip)
        self._refund = QLabel()
        self._refund.setProperty("role", "figure")
        self._refund.setWordWrap(True)
        self._facts = Facts(theme)
        self._hint = QLabel()
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        for widget in (self._refund, self._facts, self._hint):
            self._column.addWidget(widget)
        self.set_theme(theme)
        self.show_effect(None)

    def set_theme(self, theme: Theme) -> None:
        margin = theme.space(3)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(theme.space(2))

    def show_effect(self, effect: Effect | None) -> None:
        """None: nothing decided yet."""
        self._refund.setVisible(effect is not None)
        self._facts.setVisible(effect is not None)
        self._hint.setVisible(effect is None)
        self._chip.setVisible(effect is not None)
        if effect is None:
            self._hint.setText(self.tr("Decide a line to see what it does to the money."))
            return
        locale = QLocale()
        self._refund.setText(self.tr("{0} to the shopper").format(format_amount(effect.refund, locale)))
        if effect.needs_approval:
            self._chip.set_state("warning", self.tr("needs approval"))
        else:
            self._chip.set_state("good", self.tr("within your limit"))
        rows = [(self.tr("Net"), format_amount(effect.net, locale, is_change=True))]
        rows += [
            (
                self.tr("Tax {0}").format(rate_text(tax.rate, locale)),
                format_amount(tax.tax, locale, is_change=True),
            )
            for tax in effect.taxes
        ]
        rows.append((self.tr("Total"), format_amount(effect.total, locale, is_change=True)))
        rows += [(self.tr("Stock"), f"{stock.quantity:+d} {stock.name}".replace("-", "−", 1)) for stock in effect.stock]
        self._facts.set_facts(rows)

    def show_waiting(self) -> None:
        """While the store is asked."""
        self.show_effect(None)
        self._hint.setText(self.tr("Asking the store…"))
