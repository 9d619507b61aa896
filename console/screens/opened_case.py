"""One case: billed, claimed, decided per line; the effect before anything is sent; the refund until it has ended."""

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.amount import parse_amount
from console.domain.commands import (
    ClaimCase,
    DecideCase,
    Draft,
    FollowRefund,
    OpenReceipt,
    PreviewDecision,
    ReleaseCase,
    ShowScreen,
)
from console.screens.decision_view import DecisionView
from console.screens.key_table import with_key
from console.screens.refund_view import RefundView
from console.screens.words import amount, case_state, channel_words, decision_reasons, history_detail, history_word
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import Case, DecidedLine, DecisionReason
from store_client.contract.case import Effect as CaseEffect
from store_client.contract.moment import to_micros
from widgets.amount import Amount, format_amount, minor_digits, plain_amount
from widgets.decision_table import DecisionLine, DecisionTable
from widgets.effect_view import Effect, EffectView, StockEffect, TaxEffect
from widgets.elided_label import ElidedLabel
from widgets.facts import Facts
from widgets.icon_button import IconButton
from widgets.moment import time_text
from widgets.panel import Panel
from widgets.state_chip import StateChip
from widgets.state_view import StateView
from widgets.table import Column, Row, Table, TitleCell
from widgets.two_sides import TwoSides

_REST_MS = 250
_BESIDE_PX = 560


class OpenedCase(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._theme = theme
        self._case: Case | None = None
        self._shown: tuple[str, int] | None = None
        self._nothing = StateView(theme)
        self._panel = Panel(theme, self.tr("Case"), self._body(theme))
        self._add_actions(theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.preview)
        desk.case.changed.connect(self._show)
        desk.effect.changed.connect(self._show_effect)
        desk.refund.changed.connect(self._show_refund)
        desk.session.changed.connect(self._show)
        desk.store.changed.connect(self._show_store)
        self._show_store()
        self._show()

    # ---- building

    def _add_actions(self, theme: Theme) -> None:
        self._receipt = IconButton(theme, "receipt", self.tr("Its receipt"))
        self._receipt.clicked.connect(self._see_receipt)
        self._claim = IconButton(theme, "lock", self.tr("Claim"), "primary")
        self._claim.setToolTip(with_key(self.tr("Nobody else can decide it while you hold it"), "claim_case"))
        self._claim.clicked.connect(self.claim)
        self._release = QPushButton(self.tr("Give back"))
        self._release.clicked.connect(self.release)
        self._release.setToolTip(with_key(self.tr("Somebody else may decide it"), "release_case"))
        for button in (self._receipt, self._release, self._claim):
            self._panel.add_action(button)

    def _body(self, theme: Theme) -> QWidget:
        self._chip = StateChip(theme)
        self._holder = ElidedLabel()
        self._holder.setProperty("role", "muted")
        self._facts = Facts(theme)
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lines = DecisionTable(theme)
        self._lines.setAccessibleName(self.tr("Lines: billed, claimed, decided"))
        self._lines.decisions_changed.connect(self._edited)
        self._lines.confirmed.connect(self.decide)
        self._lines.setMinimumHeight(theme.px(140))
        self._effect = EffectView(theme)
        self._refund = RefundView(theme)
        self._history = Table(
            theme,
            (
                Column(self.tr("At"), "date_time"),
                Column(self.tr("By"), "muted", rank=1),
                Column(self.tr("What"), "title", is_stretching=True),
            ),
        )
        self._history.setAccessibleName(self.tr("History of the case"))
        self._history.setMinimumHeight(theme.px(120))
        history = QLabel(self.tr("History"))
        history.setProperty("role", "strong")
        head = QHBoxLayout()
        head.addWidget(self._chip)
        head.addWidget(self._holder, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addLayout(head)
        column.addWidget(self._facts)
        column.addWidget(self._message)
        column.addWidget(self._lines, 3)
        column.addWidget(history)
        column.addWidget(self._history, 2)
        self._side = self._decision_side(theme)
        return TwoSides(theme, left, self._side, _BESIDE_PX)

    def _decision_side(self, theme: Theme) -> QWidget:
        self._reason = QComboBox()
        self._reason.setAccessibleName(self.tr("Reason"))
        for code, words in decision_reasons().items():
            self._reason.addItem(words, code)
        self._reason.activated.connect(self._edited)
        self._goodwill = QLineEdit()
        self._goodwill.setAccessibleName(self.tr("Goodwill"))
        self._goodwill.setPlaceholderText(plain_amount(Amount(0, "EUR"), QLocale()))
        self._goodwill.textEdited.connect(self._edited)
        self._answer = QPlainTextEdit()
        self._answer.setAccessibleName(self.tr("Message to the shopper"))
        self._answer.setTabChangesFocus(True)
        self._answer.setMaximumHeight(theme.px(88))
        self._decision = DecisionView(theme)
        self._decide = IconButton(theme, "correct", self.tr("Decide"), "primary")
        self._decide.setToolTip(with_key(self.tr("Sends the decision; the refund follows by itself"), "decide_case"))
        self._decide.clicked.connect(self.decide)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("Reason"), self._reason)
        form.addRow(self.tr("Goodwill"), self._goodwill)
        form.addRow(self.tr("Message to the shopper"), self._answer)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(3))
        column.addWidget(self._decision)
        self._form = QWidget()
        self._form.setLayout(form)
        column.addWidget(self._form)
        column.addWidget(self._effect)
        column.addWidget(self._decide)
        column.addWidget(self._refund)
        column.addStretch(1)
        return page

    # ---- what the screen's actions ask for

    def claim(self) -> bool:
        if self._case is None or not self._may_claim():
            return False
        self._desk.commands.emit(ClaimCase(self._case.id))
        return True

    def release(self) -> bool:
        if self._case is None or not self._is_mine():
            return False
        self._desk.commands.emit(ReleaseCase(self._case.id))
        return True

    def preview(self) -> bool:
        self._rest.stop()
        draft = self.draft()
        if draft is None or not self._is_mine():
            return False
        self._effect.show_waiting()
        self._desk.commands.emit(PreviewDecision(draft))
        return True

    def decide(self) -> bool:
        """Sends what is drafted, once its effect has been shown; the first Enter shows the effect, the next decides."""
        draft = self.draft()
        if draft is None or not self._is_mine():
            return False
        effect = self._desk.effect.value
        if effect.id == draft.case and effect.is_loading and not self._rest.isActive():
            return False  # what is shown is the effect of the draft before
        if self._rest.isActive() or effect.id != draft.case or effect.value is None:
            return self.preview()
        self._desk.commands.emit(DecideCase(draft))
        return True

    def draft(self) -> Draft | None:
        """None while nothing is decided, or the goodwill cannot be read."""
        if self._case is None:
            return None
        goodwill = self._read_goodwill()
        lines = tuple(
            DecidedLine(line, quantity) for line, quantity in self._lines.decisions().items() if isinstance(line, int)
        )
        if goodwill is None or not (lines or goodwill or self._case.added):
            return None
        reason: DecisionReason = self._reason.currentData()
        return Draft(
            self._case.id, lines, tuple(self._case.added), goodwill, reason, self._answer.toPlainText().strip()
        )

    def shown(self) -> dict[str, int]:
        if self._case is None:
            return {}
        refund = self._desk.refund.value.value
        return {
            "case_lines": len(self._case.lines),
            "decided_lines": sum(line.decided_quantity is not None for line in self._case.lines),
            "effects": int(self._desk.effect.value.value is not None),
            "refunds_settled": int(refund is not None and refund.state == "settled"),
        }

    # ---- showing

    def _is_mine(self) -> bool:
        user = self._desk.session.value.user
        return (
            self._case is not None
            and self._case.state == "claimed"
            and user is not None
            and self._case.lease is not None
            and self._case.lease.holder in {user.id, user.name}
        )

    def _may_claim(self) -> bool:
        return self._case is not None and self._case.state in {"open", "claimed"} and self._desk.may(ClaimCase)

    def _zone(self) -> str:
        store = self._desk.store.value
        return "UTC" if store is None else store.time_zone

    def _show_store(self) -> None:
        self._history.set_time_zone(self._zone())

    def _show(self) -> None:
        state = self._desk.case.value
        self._case = state.value
        if state.value is not None:
            self._fill(state.value)
            self._pages.setCurrentWidget(self._panel)
            return
        self._shown = None
        if state.is_loading:
            self._nothing.show_state("loading", self.tr("Opening the case"))
        elif state.problem is not None:
            self._nothing.show_state("failed", state.problem.what, state.problem.advice)
        else:
            self._nothing.show_state(
                "empty", self.tr("No case is open"), self.tr("Choose one on the left; what is due first stands first.")
            )
        self._pages.setCurrentWidget(self._nothing)

    def _fill(self, case: Case) -> None:
        self._panel.set_title(
            self.tr("Case {0}").format(case.number), self.tr("receipt {0}").format(case.receipt_number)
        )
        cell = case_state(case.state)
        self._chip.set_state(cell.severity, cell.word)
        is_held = case.assignee is not None and case.state == "claimed"
        self._holder.setText(self.tr("held by {0}").format(case.assignee) if is_held else "")
        self._facts.set_facts(
            [
                (self.tr("Opened"), time_text(to_micros(case.opened_at), self._zone(), has_date=True)),
                (self.tr("Due"), time_text(to_micros(case.due_at), self._zone(), has_date=True)),
                (self.tr("Channel"), channel_words()[case.channel]),
                (self.tr("Claimed worth"), format_amount(amount(case.claimed_worth), QLocale())),
            ]
        )
        self._message.setText(f"“{case.message}”" if case.message else "")
        self._message.setVisible(bool(case.message))
        if self._shown != (case.id, case.version):
            self._fill_lines(case)
        self._history.set_rows(
            [
                Row(
                    place,
                    (
                        to_micros(one.at),
                        one.by,
                        TitleCell(history_word(one.what), history_detail(one.what, one.detail)),
                    ),
                )
                for place, one in enumerate(case.history)
            ]
        )
        mine = self._is_mine()
        self._lines.set_editable(mine)
        self._form.setVisible(mine)
        self._decide.setVisible(mine)
        self._claim.setVisible(self._may_claim() and not mine)
        self._release.setVisible(mine)
        self._decision.show_decision(case.decision, self._zone())
        self._side.setVisible(mine or case.decision is not None)
        self._show_effect()
        if case.decision is not None and case.decision.refund and self._desk.refund.value.id != case.decision.refund:
            self._desk.commands.emit(FollowRefund(case.decision.refund))
        self._show_refund()

    def _fill_lines(self, case: Case) -> None:
        """Replaces what is edited, so only when the case itself is another; what is drafted of it stays."""
        is_same = self._shown is not None and self._shown[0] == case.id
        drafted = self._lines.decisions() if is_same else {}
        self._shown = (case.id, case.version)
        self._lines.set_lines(
            [
                DecisionLine(
                    key=line.line,
                    name=line.name,
                    billed=line.billed_quantity,
                    claimed=line.claimed_quantity,
                    decided=drafted.get(line.line) if line.decided_quantity is None else line.decided_quantity,
                    unit_price=amount(line.unit_price),
                    gross=amount(line.gross),
                    confidence=line.confidence,
                    most=max(line.billed_quantity, line.claimed_quantity),
                )
                for line in case.lines
            ]
        )
        if not is_same:
            self._lines.choose(case.lines[0].line if case.lines else None)  # not where the last case was left
            self._goodwill.clear()
            self._answer.clear()
            self._reason.setCurrentIndex(0)

    def _edited(self) -> None:
        self._decide.setEnabled(self.draft() is not None)
        self._rest.start()

    def _show_effect(self) -> None:
        effect = self._desk.effect.value
        mine = self._is_mine()
        self._effect.setVisible(mine)
        self._decide.setEnabled(self.draft() is not None)
        if self._case is None or effect.id != self._case.id:
            self._effect.show_effect(None)
        elif effect.value is not None:
            self._effect.show_effect(self._shown_effect(effect.value))
        elif effect.is_loading:
            self._effect.show_waiting()
        else:
            self._effect.show_effect(None)

    def _shown_effect(self, effect: CaseEffect) -> Effect:
        return Effect(
            net=amount(effect.net),
            taxes=tuple(TaxEffect(one.rate, amount(one.net), amount(one.tax)) for one in effect.tax),
            total=amount(effect.total),
            refund=amount(effect.refund),
            stock=tuple(StockEffect(self._product(one.gtin), one.quantity) for one in effect.stock),
            needs_approval=effect.needs_approval,
        )

    def _product(self, gtin: str) -> str:
        product = self._desk.products.get(gtin)
        return gtin if product is None else product.name

    def _show_refund(self) -> None:
        decision = None if self._case is None else self._case.decision
        refund = self._desk.refund.value
        if decision is None or decision.refund is None:
            self._refund.show_refund(None, self._zone())
        elif refund.id == decision.refund:
            self._refund.show_refund(refund.value, self._zone())

    def _read_goodwill(self) -> int | None:
        text = self._goodwill.text().strip()
        if not text:
            return 0
        locale = QLocale()
        currency = "EUR" if self._case is None else self._case.claimed_worth.currency
        try:
            minor = parse_amount(text, minor_digits(currency), locale.decimalPoint(), locale.groupSeparator())
        except ValueError:
            return None
        return minor if minor >= 0 else None

    def _see_receipt(self) -> None:
        if self._case is not None:
            self._desk.commands.emit(OpenReceipt(self._case.receipt))
            self._desk.commands.emit(ShowScreen("receipts"))
