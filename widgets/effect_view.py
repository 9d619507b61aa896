"""What a decision would do, before anything is sent."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.amount import Amount, format_amount, rate_text
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
class LimitEffect:
    """How much of what may be given back alone (``limit``) would be used."""

    name: str
    used: Amount
    limit: Amount


@dataclass(frozen=True, slots=True)
class Effect:
    """Changes; negative amounts go to the shopper. ``refund``: what is paid back, positive; ``debit``: what is charged
    besides; ``written_off``: increases that nobody pays."""

    net: Amount
    taxes: tuple[TaxEffect, ...]
    total: Amount
    refund: Amount
    stock: tuple[StockEffect, ...]
    needs_approval: bool = False
    debit: Amount | None = None
    written_off: Amount | None = None
    limits: tuple[LimitEffect, ...] = ()


class EffectView(QFrame):
    """What is paid back in large figures; below it net, tax and total, right under each other, then stock."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._effect: Effect | None = None
        self._title, self._refund, self._hint = QLabel(self), QLabel(self), QLabel(self)
        self._title.setProperty("role", "strong")
        self._refund.setProperty("role", "figure")
        self._hint.setProperty("role", "muted")
        self._chip = StateChip(theme, self)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._chip)
        self._table = QWidget(self)
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._pairs: list[tuple[QLabel, QLabel]] = []
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        for widget in (self._refund, self._hint, self._progress, self._table):
            self._column.addWidget(widget)
        for label in (self._refund, self._hint):
            label.setWordWrap(True)
        self._column.addStretch(1)
        self.set_theme(theme)
        self.show_effect(None)

    def set_theme(self, theme: Theme) -> None:
        margin = theme.space(3)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(theme.space(2))
        self._grid.setHorizontalSpacing(theme.space(4))
        self._grid.setVerticalSpacing(theme.space(1))

    def show_effect(self, effect: Effect | None) -> None:
        """None: nothing decided yet."""
        self._effect = effect
        self.setAccessibleName(self.tr("Effect"))
        self._title.setText(self.tr("Effect"))
        self._hint.setText(self.tr("Decide a line to see what it does to the money."))
        self._progress.hide()
        self._hint.setVisible(effect is None)
        for widget in (self._refund, self._chip, self._table):
            widget.setVisible(effect is not None)
        self.setAccessibleDescription(self._hint.text())
        if effect is None:
            return
        self._refund.setText(self._headline(effect))
        if effect.needs_approval:
            self._chip.set_state("warning", self.tr("needs approval"))
        else:
            self._chip.set_state("good", self.tr("within your limit"))
        self.setAccessibleDescription(self._refund.text())
        self._fill(self._rows(effect))

    def _headline(self, effect: Effect) -> str:
        if effect.debit is not None and effect.debit.minor:
            return self.tr("{0} charged to the shopper").format(format_amount(effect.debit, QLocale()))
        return self.tr("{0} to the shopper").format(format_amount(effect.refund, QLocale()))

    def show_waiting(self) -> None:
        """While the store is asked; what was shown stays, so that nothing jumps."""
        self._progress.show()
        self._progress.setAccessibleName(self.tr("Asking the store"))

    def _rows(self, effect: Effect) -> list[tuple[str, str, str]]:
        """(name, value, role of the labels)"""
        locale = QLocale()
        rows = [(self.tr("Net"), format_amount(effect.net, locale, is_change=True), "muted")]
        for tax in effect.taxes:
            words = self.tr("Tax {0}").format(rate_text(tax.rate, locale))
            rows.append((words, format_amount(tax.tax, locale, is_change=True), "muted"))
        rows.append((self.tr("Total"), format_amount(effect.total, locale, is_change=True), "strong"))
        if effect.written_off is not None and effect.written_off.minor:
            rows.append((self.tr("Written off, charged to nobody"), format_amount(effect.written_off, locale), "muted"))
        for stock in effect.stock:
            count = f"{stock.quantity:+d}".replace("-", "−")
            rows.append((self.tr("Stock: {0}").format(stock.name), count, "muted"))
        for limit in effect.limits:
            used, whole = format_amount(limit.used, locale), format_amount(limit.limit, locale)
            is_passed = limit.used.minor > limit.limit.minor
            rows.append((limit.name, self.tr("{0} of {1}").format(used, whole), "warning" if is_passed else "muted"))
        return rows

    def _fill(self, rows: list[tuple[str, str, str]]) -> None:
        while len(self._pairs) < len(rows):
            self._pairs.append(self._new_pair(len(self._pairs)))
        for place, pair in enumerate(self._pairs):
            for label in pair:
                label.setVisible(place < len(rows))
            if place < len(rows):
                name, value, role = rows[place]
                pair[0].setText(name)
                pair[1].setText(value)
                for label, shown in ((pair[0], role), (pair[1], "" if role == "muted" else role)):
                    if label.property("role") != shown:
                        label.setProperty("role", shown)
                        label.style().polish(label)

    def _new_pair(self, place: int) -> tuple[QLabel, QLabel]:
        name, value = QLabel(self._table), QLabel(self._table)
        name.setWordWrap(True)
        for label, side in ((name, Qt.AlignmentFlag.AlignLeft), (value, Qt.AlignmentFlag.AlignRight)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(side | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(name, place, 0)
        self._grid.addWidget(value, place, 1)
        return name, value

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.show_effect(self._effect)
        super().changeEvent(event)
