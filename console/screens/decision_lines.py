"""The lines of a case as they are being decided: how many, what instead, what was missed."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.evidence_index import EvidenceIndex
from console.domain.listing import Opened
from console.domain.reading import Reading, readings_of
from console.screens.key_table import with_key
from console.screens.words import amount, reason_word
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import AddedLine, Case, CaseLine, DecidedLine
from store_client.contract.product import Product
from widgets.alternatives_list import Alternative, AlternativesList
from widgets.amount import Amount
from widgets.decision_table import DecisionLine, DecisionTable
from widgets.elided_label import ElidedLabel
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.product_picker import Pick, ProductPicker

_MOST_UNITS = 999
_MOST_ROWS = 9


class DecisionLines(QWidget):
    """``changed`` carries the reason code that a chosen alternative speaks for, or None; ``confirmed``: Enter."""

    changed = Signal(object)
    confirmed = Signal()

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case: Case | None = None
        self._decided: dict[object, int] = {}
        self._swaps: dict[int, str] = {}
        self._added: dict[str, int | None] = {}  # None: claimed, and nothing said of it yet
        self._readings: tuple[Reading, ...] = ()
        self._is_editable = False
        self._is_adding = False
        self._swapped: int | None = None  # the line of which the picker asks what it was
        self._lay_out(theme)
        self._table.decisions_changed.connect(self._edited)
        self._table.confirmed.connect(self.confirmed)
        self._table.row_chosen.connect(self._choose_line)
        self._others.taken.connect(self._take_reading)
        self._others.left.connect(self.take_focus)
        self._picker.picked.connect(self._pick)
        self._picker.left.connect(self.leave)
        desk.evidence.changed.connect(self._show_readings)
        desk.case_line.changed.connect(self._follow_line)

    def _lay_out(self, theme: Theme) -> None:
        self._table = DecisionTable(theme, self)
        self._table.setAccessibleName(self.tr("Lines: billed, claimed, decided"))
        self._table.follow_rows(_MOST_ROWS)
        self._buttons = QWidget(self)
        row = FlowLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(2))
        self._swap = IconButton(theme, "swap", self.tr("Another product"), parent=self._buttons)
        self._swap.setToolTip(with_key(self.tr("The chosen line was something else"), "swap_line"))
        self._swap.clicked.connect(self.open_swap)
        self._add = IconButton(theme, "add", self.tr("Missed product"), parent=self._buttons)
        self._add.setToolTip(with_key(self.tr("Something was taken and not billed"), "add_product"))
        self._add.clicked.connect(self.open_add)
        row.addWidget(self._swap)
        row.addWidget(self._add)
        self._picker = ProductPicker(theme, self)
        self._picker.hide()
        self._heading = ElidedLabel(parent=self)
        self._heading.setProperty("role", "muted")
        self._others = AlternativesList(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        for part in (self._table, self._buttons, self._picker, self._heading, self._others):
            column.addWidget(part)

    # ---- what is shown

    def show_case(self, case: Case) -> None:
        """As the store has it: nothing is decided yet, or all of it."""
        is_same = self._case is not None and self._case.id == case.id
        self._case = case
        self._decided = {line.line: line.decided_quantity for line in case.lines if line.decided_quantity is not None}
        self._swaps, self._added = {}, {extra.gtin: None for extra in case.added}
        decision = case.decision if case.proposal is None else case.proposal.decision
        if decision is not None and case.state in ("awaiting_approval", "decided", "closed"):
            self._take(decision.lines, decision.added)
        self._refresh()
        if not is_same:
            self._picker.hide()
            self._choose(self._first(case))

    def show_draft(self, lines: Iterable[DecidedLine], added: Iterable[AddedLine]) -> None:
        """In place of what stands there."""
        self._decided, self._swaps = {}, {}
        claimed = () if self._case is None else self._case.added
        self._added = {extra.gtin: None for extra in claimed}
        self._take(lines, added)
        self._refresh()

    def take_line(self, decided: DecidedLine) -> None:
        """Of a draft, this line alone."""
        self._take([decided], ())
        self._refresh()

    def set_editable(self, is_editable: bool) -> None:
        """False while another holds the case, or when it is decided."""
        self._is_editable = is_editable
        self._table.set_editable(is_editable)
        self._buttons.setVisible(is_editable)
        if not is_editable:
            self._picker.hide()
        self._show_readings()

    def lines(self) -> tuple[DecidedLine, ...]:
        return tuple(
            DecidedLine(line, quantity, self._swaps.get(line))
            for line, quantity in self._decided.items()
            if isinstance(line, int)
        )

    def added(self) -> tuple[AddedLine, ...]:
        return tuple(AddedLine(gtin, quantity) for gtin, quantity in self._added.items() if quantity)

    def take_focus(self) -> None:
        self._table.setFocus()

    # ---- what the screen's actions ask for

    def open_swap(self) -> bool:
        """To the alternatives; from there, and where there are none, to all products."""
        if not self._is_editable or self._line() is None:
            return False
        if self._readings and not self._others.hasFocus():
            self._others.setFocus()
        else:
            self._open_picker(is_adding=False)
        return True

    def open_add(self) -> bool:
        if not self._is_editable:
            return False
        self._open_picker(is_adding=True)
        return True

    def leave(self) -> bool:
        """Back to the lines; False if nothing else is open."""
        is_inside = self._picker.isVisible() or self._others.hasFocus()
        self._picker.hide()
        if is_inside:
            self._table.setFocus()
        return is_inside

    def _open_picker(self, *, is_adding: bool) -> None:
        self._is_adding = is_adding
        line = self._line()
        title = self.tr("What was missed?")
        if not is_adding and line is not None:
            title = self.tr("What was it instead of {0}?").format(line.name)
        own = None if is_adding or line is None else line.gtin
        self._swapped = None if is_adding or line is None else line.line
        picks = [
            Pick(product.gtin, product.name, product.gtin, amount(product.price))
            for product in self._desk.products.values.values()
            if product.gtin != own
        ]
        self._picker.open_with(title, picks)

    # ---- changes

    def _pick(self, gtin: object) -> None:
        lines = () if self._case is None else self._case.lines
        line = next((one for one in lines if one.line == self._swapped), None)
        if not isinstance(gtin, str):
            return
        if self._is_adding:
            self._added[gtin] = (self._added.get(gtin) or 0) + 1
            self._changed("missed", gtin)
        elif line is not None:
            now = self._decided.get(line.line, line.billed_quantity)
            self._decided[line.line] = min(now, max(line.billed_quantity - 1, 0))
            self._swaps[line.line] = gtin
            self._changed("wrong_product", line.line)

    def _take_reading(self, place: object) -> None:
        line = self._line()
        if line is None or not isinstance(place, int) or not self._is_editable:
            return
        decided, reason = self._readings[place].decides(line)
        self._take([decided], ())
        self._changed(reason, line.line)

    def _edited(self, decisions: dict[object, int]) -> None:
        """Told by the table, which has the added products among its lines."""
        self._decided = {key: quantity for key, quantity in decisions.items() if isinstance(key, int)}
        self._added |= {key: quantity for key, quantity in decisions.items() if isinstance(key, str)}
        billed = {line.line: line.billed_quantity for line in self._case.lines} if self._case is not None else {}
        gone = [line for line in self._swaps if self._decided.get(line, billed.get(line, 0)) >= billed.get(line, 0)]
        for line in gone:
            del self._swaps[line]
        if gone:
            self._refresh()
        self.changed.emit(None)

    def _changed(self, reason: str, key: object) -> None:
        self._picker.hide()
        self._refresh()
        self._choose(key)
        self._table.setFocus()
        self.changed.emit(reason)

    def _take(self, lines: Iterable[DecidedLine], added: Iterable[AddedLine]) -> None:
        for line in lines:
            self._decided[line.line] = line.decided_quantity
            self._swaps.pop(line.line, None)
            if line.replacement_gtin is not None:
                self._swaps[line.line] = line.replacement_gtin
        self._added |= {extra.gtin: extra.quantity for extra in added}

    # ---- the table and the alternatives

    def _refresh(self) -> None:
        case = self._case
        if case is None:
            return
        claimed = {extra.gtin: extra.quantity for extra in case.added}
        rows = [self._row(line) for line in case.lines]
        rows += [self._added_row(gtin, quantity, claimed.get(gtin, 0)) for gtin, quantity in self._added.items()]
        self._table.set_lines(rows)
        self._show_readings()

    def _row(self, line: CaseLine) -> DecisionLine:
        swapped = self._swaps.get(line.line)
        return DecisionLine(
            key=line.line,
            name=line.name,
            billed=line.billed_quantity,
            claimed=line.claimed_quantity,
            decided=self._decided.get(line.line),
            unit_price=amount(line.unit_price),
            gross=amount(line.gross),
            confidence=line.confidence,
            most=max(line.billed_quantity, line.claimed_quantity),
            note="" if swapped is None else self.tr("instead: {0}").format(self._name(swapped)),
        )

    def _added_row(self, gtin: str, quantity: int | None, claimed: int) -> DecisionLine:
        product = self._desk.products.get(gtin)
        price = Amount(0, "EUR") if product is None else amount(product.price)
        return DecisionLine(
            key=gtin,
            name=self._name(gtin),
            billed=0,
            claimed=claimed,
            decided=quantity,
            unit_price=price,
            gross=price,
            confidence=0.0,
            most=_MOST_UNITS,
            note=self.tr("was not billed"),
            is_added=True,
        )

    def _name(self, gtin: str) -> str:
        product: Product | None = self._desk.products.get(gtin)
        return gtin if product is None else product.name

    def _first(self, case: Case) -> int | None:
        """What is disputed comes first, not where the last case was left."""
        disputed = [line.line for line in case.lines if line.claimed_quantity != line.billed_quantity]
        return next(iter(disputed or [line.line for line in case.lines]), None)

    def _choose(self, key: object) -> None:
        self._table.choose(key)
        self._choose_line(key)

    def _choose_line(self, key: object) -> None:
        self._desk.case_line.set(key if isinstance(key, int) else None)
        self._show_readings()

    def _follow_line(self, line: int | None) -> None:
        """Another part chose it."""
        if line is not None and line != self._table.chosen():
            self._table.choose(line)
            self._show_readings()

    def _line(self) -> CaseLine | None:
        chosen = self._table.chosen()
        lines = () if self._case is None else self._case.lines
        return next((line for line in lines if line.line == chosen), None)

    def _show_readings(self, _: Opened[EvidenceIndex] | None = None) -> None:
        line, opened = self._line(), self._desk.evidence.value
        found = opened.value if self._case is not None and opened.id == self._case.id else None
        self._readings = () if line is None or found is None else readings_of(line, found.evidence)
        self._others.set_alternatives([self._shown(place, one) for place, one in enumerate(self._readings)])
        self._others.setVisible(bool(self._readings))
        self._heading.setVisible(bool(self._readings))
        self._others.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._is_editable else Qt.FocusPolicy.ClickFocus)
        if line is not None:
            words = self.tr("What else line {0} could have been").format(line.line)
            self._heading.setText(with_key(words, "swap_line") if self._is_editable else words)

    def _shown(self, place: int, one: Reading) -> Alternative:
        if one.gtin is None:
            what = self.tr("nothing was taken")
        else:
            what = f"{one.quantity} × {self._name(one.gtin)}"
        if one.visit is None:
            whose = "" if one.gtin is None else self.tr("this shopper")
        else:
            whose = self.tr("visit {0}").format(one.visit) if one.visit else self.tr("somebody without a visit")
        why = ", ".join(filter(None, (whose, *(reason_word(reason) for reason in one.reasons))))
        return Alternative(place, what, why, one.probability, one.is_said)
