"""A draft that another's work has overtaken, beside what the case is now: taken over line by line, or all of it."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.draft import Draft
from console.domain.merge import Difference, decision_of, differences
from console.screens.key_table import with_key
from console.screens.words import amount, decision_reasons
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import Case
from store_client.contract.money import Money
from widgets.amount import format_amount
from widgets.facts import Facts
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.table import Column, Row, Table, TitleCell

_MOST_ROWS = 6


class DraftMerge(QFrame):
    """``line_taken`` carries a DecidedLine of the draft; ``all_taken`` the Draft; ``dropped``: it is not needed any
    more."""

    line_taken = Signal(object)
    all_taken = Signal(object)
    dropped = Signal()

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._desk = desk
        self._draft: Draft | None = None
        self._can_take = False
        title = QLabel(self.tr("Your draft was not decided"))
        title.setProperty("role", "warning")
        title.setWordWrap(True)
        self._why = QLabel()
        self._why.setWordWrap(True)
        self._table = Table(
            theme,
            (
                Column(self.tr("Product"), "title", is_stretching=True),
                Column(self.tr("Billed"), "number", rank=1),
                Column(self.tr("By now"), "number", hint=self.tr("What another has decided")),
                Column(self.tr("Yours"), "number", hint=self.tr("Enter takes this line over")),
            ),
        )
        self._table.setAccessibleName(self.tr("Your draft beside the case"))
        self._table.follow_rows(_MOST_ROWS)
        self._table.row_opened.connect(self._take_line)
        self._rest = Facts(theme)
        self._all = IconButton(theme, "acknowledge", self.tr("Take all of it"))
        self._all.setToolTip(with_key(self.tr("Puts your draft in the place of what stands there"), "take_draft"))
        self._all.clicked.connect(self.take_all)
        drop = QPushButton(self.tr("Forget it"))
        drop.setProperty("role", "quiet")
        drop.clicked.connect(self.dropped)
        buttons = FlowLayout()
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(self._all)
        buttons.addWidget(drop)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        for part in (title, self._why, self._table, self._rest):
            column.addWidget(part)
        column.addLayout(buttons)
        self.hide()

    def show_draft(self, draft: Draft, case: Case, *, can_take: bool) -> None:
        """``can_take``: the case is the user's to edit now."""
        self._draft, self._can_take = draft, can_take
        self._why.setText(self._reason(case, can_take=can_take))
        names = {line.line: line.name for line in case.lines}
        billed = {line.line: line.billed_quantity for line in case.lines}
        self._table.set_rows([self._row(one, names, billed) for one in differences(draft, case)])
        self._rest.set_facts(self._facts(draft, case))
        self._all.setVisible(can_take)
        self.show()

    def take_all(self) -> bool:
        if not self.isVisible() or not self._can_take or self._draft is None:
            return False
        self.all_taken.emit(self._draft)
        return True

    def _take_line(self, key: object) -> None:
        draft = self._draft
        line = None if draft is None else next((one for one in draft.lines if one.line == key), None)
        if line is not None and self._can_take:
            self.line_taken.emit(line)

    def _reason(self, case: Case, *, can_take: bool) -> str:
        decision = decision_of(case)
        if decision is not None and case.proposal is None:
            return self.tr("{0} has decided the case meanwhile. Nothing of yours was sent.").format(decision.decided_by)
        if decision is not None:
            return self.tr("{0} has proposed a decision meanwhile. Nothing of yours was sent.").format(
                decision.decided_by
            )
        if can_take:
            return self.tr("Another has held the case meanwhile. Look again, then take over what still holds.")
        return self.tr("{0} holds the case now. Your draft waits here until you hold it again.").format(
            case.assignee or self.tr("Another")
        )

    def _row(self, one: Difference, names: dict[int, str], billed: dict[int, int]) -> Row:
        swaps = [
            words.format(self._name(gtin))
            for words, gtin in (
                (self.tr("by now: {0}"), one.now_replacement),
                (self.tr("yours: {0}"), one.mine_replacement),
            )
            if gtin is not None
        ]
        cell = TitleCell(names.get(one.line, ""), ", ".join(swaps), "info" if swaps else None)
        return Row(one.line, (cell, billed.get(one.line), one.now, one.mine))

    def _facts(self, draft: Draft, case: Case) -> list[tuple[str, str]]:
        currency = case.claimed_worth.currency
        facts = [(self.tr("Your reason"), decision_reasons()[draft.reason])]
        if draft.goodwill:
            facts.append((self.tr("Your goodwill"), self._money(Money(draft.goodwill, currency))))
        facts += [(self.tr("You added"), f"{extra.quantity} × {self._name(extra.gtin)}") for extra in draft.added]
        if draft.message:
            facts.append((self.tr("Your message"), draft.message))
        return facts

    def _name(self, gtin: str) -> str:
        product = self._desk.products.get(gtin)
        return gtin if product is None else product.name

    def _money(self, money: Money) -> str:
        return format_amount(amount(money), QLocale())
