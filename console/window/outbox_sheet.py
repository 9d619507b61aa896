"""What is on its way to the store: what waits, is in doubt, wants a password, was refused, and what to do about each."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from console.domain.commands.case import OpenCase
from console.domain.commands.showing import ShowScreen
from console.domain.commands.traffic import DropIntent, SendIntent
from console.domain.intent import IntentKind, IntentPhase, Outgoing
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.store import Store
from widgets.state_view import StateView
from widgets.table import Column, Row, StateCell, Table, TitleCell

_ON_CASES: frozenset[IntentKind] = frozenset({"claim_case", "decide_case", "approve_case"})


class OutboxSheet(QDialog):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._desk = desk
        self._shown: str | None = None
        self._build(theme)
        self._lay_out(theme)
        self._table.row_chosen.connect(self._show_chosen)
        desk.outgoing.changed.connect(self._show)
        desk.store.changed.connect(self._show_store)
        self._show_store(desk.store.value)
        self._show()

    def _build(self, theme: Theme) -> None:
        self._heading = QLabel(self.tr("On its way to the store"))
        self._heading.setProperty("role", "title")
        self._table = Table(
            theme,
            (
                Column(self.tr("What"), "title", is_stretching=True),
                Column(self.tr("Asked for at"), "date_time", rank=1),
                Column(self.tr("State"), "state"),
            ),
        )
        self._table.setAccessibleName(self.tr("On its way to the store"))
        self._nothing = StateView(theme)
        sentence = self.tr("Whatever the desk was told to do, the store has answered.")
        self._nothing.show_state("empty", self.tr("Nothing is on its way"), sentence)
        self._advice = QLabel()
        self._advice.setWordWrap(True)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText(self.tr("Your password"))
        self._password.setAccessibleName(self.tr("Your password"))
        self._password.returnPressed.connect(self._send)
        self._send_button = QPushButton(self.tr("Send now"))
        self._send_button.setProperty("role", "primary")
        self._send_button.setAutoDefault(False)
        self._send_button.clicked.connect(self._send)
        self._drop = QPushButton()
        self._drop.setAutoDefault(False)
        self._drop.clicked.connect(self._take_back)
        self._see = QPushButton(self.tr("See the case"))
        self._see.setAutoDefault(False)
        self._see.clicked.connect(self._see_case)

    def _lay_out(self, theme: Theme) -> None:
        self.setWindowTitle(self.tr("On its way to the store"))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(self._password, 1)
        buttons.addStretch()
        for button in (self._see, self._drop, self._send_button):
            buttons.addWidget(button)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self._table, 1)
        column.addWidget(self._advice)
        column.addLayout(buttons)
        self._page = page
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(*(theme.space(4),) * 4)
        outer.setSpacing(theme.space(3))
        outer.addWidget(self._heading)
        outer.addWidget(self._pages, 1)
        self.resize(theme.px(640), theme.px(360))

    # ---- showing

    def _show_store(self, store: Store | None) -> None:
        self._table.set_time_zone("UTC" if store is None else store.time_zone)

    def _show(self, _: object = None) -> None:
        outgoing = self._desk.outgoing.value
        self._table.set_rows([self._row(one) for one in outgoing])
        keys = [one.key for one in outgoing]
        if keys and self._table.chosen() not in keys:
            self._table.choose(keys[0])
        self._pages.setCurrentWidget(self._page if outgoing else self._nothing)
        self._show_chosen()

    def _row(self, one: Outgoing) -> Row:
        kept = one.kept
        detail = kept.detail if one.phase == "refused" else ""
        title = TitleCell(f"{self._deed(kept.intent.kind)} · {kept.label}".removesuffix(" · "), detail)
        return Row(one.key, (title, kept.intent.made_us, self._state(one.phase)))

    def _show_chosen(self, _: object = None) -> None:
        one = self._chosen()
        key, phase = (None, None) if one is None else (one.key, one.phase)
        if key != self._shown:
            self._password.clear()  # it was typed for the one before
            self._shown = key
        self._advice.setText("" if phase is None else self._what_to_do(phase))
        self._password.setVisible(phase == "wants_password" and not self._desk.session.value.demo_roles)
        self._send_button.setVisible(phase in ("waiting", "in_doubt", "wants_password"))
        self._drop.setText(self.tr("Understood") if phase == "refused" else self.tr("Take it back"))
        is_unsent = one is not None and one.kept.tries == 0 and phase in ("waiting", "wants_password")
        self._drop.setVisible(phase == "refused" or is_unsent)
        self._see.setVisible(one is not None and one.kept.intent.kind in _ON_CASES)

    def _chosen(self) -> Outgoing | None:
        chosen = self._table.chosen()
        return next((one for one in self._desk.outgoing.value if one.key == chosen), None)

    def done(self, result: int) -> None:
        """However it is closed, no password stays in it."""
        self._password.clear()
        super().done(result)

    # ---- what can be done

    def _send(self) -> None:
        one = self._chosen()
        if one is None:
            return
        password = self._password.text()
        if self._password.isVisibleTo(self) and not password:
            self._password.setFocus()
            return
        self._password.clear()
        self._desk.commands.emit(SendIntent(one.key, password))

    def _take_back(self) -> None:
        one = self._chosen()
        if one is not None:
            self._desk.commands.emit(DropIntent(one.key))

    def _see_case(self) -> None:
        one = self._chosen()
        if one is not None:
            self._desk.commands.emit(OpenCase(one.kept.intent.target))
            self._desk.commands.emit(ShowScreen("cases"))
            self.accept()

    # ---- words

    def _deed(self, kind: IntentKind) -> str:
        words: dict[IntentKind, str] = {
            "change_cart": self.tr("Change the cart"),
            "open_case": self.tr("Open a case"),
            "claim_case": self.tr("Claim"),
            "decide_case": self.tr("Decide"),
            "approve_case": self.tr("Decide on the proposal"),
            "ask_refund": self.tr("Ask about the refund"),
            "resolve_refund": self.tr("Settle the doubt"),
            "resolve_doubt": self.tr("Settle the doubt"),
        }
        return words[kind]

    def _state(self, phase: IntentPhase) -> StateCell:
        words: dict[IntentPhase, StateCell] = {
            "waiting": StateCell("info", self.tr("waits")),
            "sending": StateCell("neutral", self.tr("is being sent")),
            "in_doubt": StateCell("warning", self.tr("in doubt")),
            "wants_password": StateCell("warning", self.tr("wants your password")),
            "refused": StateCell("danger", self.tr("refused")),
        }
        return words[phase]

    def _what_to_do(self, phase: IntentPhase) -> str:
        words: dict[IntentPhase, str] = {
            "waiting": self.tr(
                "It was never sent. It goes out by itself when the store is there again; until then it can be taken back."
            ),
            "sending": self.tr("The store has been asked, and has not answered yet."),
            "in_doubt": self.tr(
                "It was sent, and no answer came. It is sent again under the same key until the store answers: what was "
                "done already is not done twice."
            ),
            "wants_password": self.tr("The store does it once you have typed your password again."),
            "refused": self.tr("The store said no, and has done nothing. A draft is kept with its case."),
        }
        return words[phase]
