"""Settings: stores, how the desk looks and speaks, when it locks, and its keys."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.access import ChooseStore, LeaveStore, Lock, SignOut
from console.domain.commands.showing import SetPreferences
from console.domain.preferences import LANGUAGES, TEXT_SCALES, THEMES, Preferences, ThemeName
from console.screens.key_table import key_rows
from console.screens.roles import role_word
from console.screens.screen import Screen
from console.screens.sound_settings import SoundSettings
from console.screens.words import amount
from console.screens.workspace_settings import WorkspaceSettings
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.store import Store
from widgets.amount import format_amount
from widgets.choice_box import ChoiceBox
from widgets.facts import Facts
from widgets.icon_button import IconButton
from widgets.panel import Panel
from widgets.scroll_column import ScrollColumn
from widgets.table import Column, Row, StateCell, Table

_LOCK_MINUTES = (5, 15, 30, 60, 0)


class SettingsScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        left = QWidget()
        left.setObjectName("page")
        room = ScrollColumn(left, self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(Panel(theme, self.tr("Look and language"), self._look(theme)))
        self._sounds = SoundSettings(theme, desk)
        column.addWidget(Panel(theme, self.tr("Sounds and notifications"), self._sounds))
        column.addWidget(Panel(theme, self.tr("Workspaces"), WorkspaceSettings(theme, desk)))
        column.addWidget(Panel(theme, self.tr("Signed in"), self._signed_in(theme)))
        column.addWidget(Panel(theme, self.tr("Stores"), self._store_side(theme)))
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(*self.margins())
        row.setSpacing(theme.space(2))
        row.addWidget(room, 1)
        row.addWidget(Panel(theme, self.tr("Keys"), self._key_table(theme)), 1)
        desk.preferences.changed.connect(self._show_preferences)
        desk.stores.changed.connect(self._show_stores)
        desk.store.changed.connect(self._show_stores)
        desk.session.changed.connect(self._show_user)
        self._show_preferences()
        self._show_stores()
        self._show_user()

    # ---- building

    def _look(self, theme: Theme) -> QWidget:
        names: dict[ThemeName, str] = {
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
            "contrast": self.tr("High contrast"),
        }
        self._theme_choice = self._choice(self.tr("Theme"), [(names[name], name) for name in THEMES])
        self._scale_choice = self._choice(self.tr("Size of text"), [])
        self._language_choice = self._choice(self.tr("Language"), [(name, code) for code, name in LANGUAGES.items()])
        self._lock_choice = self._choice(self.tr("Lock when idle"), [])
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        form.setHorizontalSpacing(theme.space(3))
        form.setVerticalSpacing(theme.space(2))
        for choice in (self._theme_choice, self._scale_choice, self._language_choice, self._lock_choice):
            form.addRow(choice.accessibleName(), choice)
        return page

    def _choice(self, name: str, items: Sequence[tuple[str, str | int]]) -> ChoiceBox:
        choice = ChoiceBox()
        choice.setAccessibleName(name)
        for title, value in items:
            choice.addItem(title, value)
        choice.activated.connect(self._set)
        return choice

    def _signed_in(self, theme: Theme) -> QWidget:
        self._user = Facts(theme)
        lock = IconButton(theme, "lock", self.tr("Lock now"))
        lock.clicked.connect(self._lock)
        leave = IconButton(theme, "sign_out", self.tr("Sign out"))
        leave.clicked.connect(self._sign_out)
        buttons = QHBoxLayout()
        buttons.addWidget(lock)
        buttons.addWidget(leave)
        buttons.addStretch(1)
        return self._page(theme, self._user, buttons)

    def _store_side(self, theme: Theme) -> QWidget:
        self._stores = Table(
            theme,
            (
                Column(self.tr("Store"), "text", is_stretching=True),
                Column(self.tr("Time zone"), "muted"),
                Column(self.tr("State"), "state"),
            ),
        )
        self._stores.setAccessibleName(self.tr("Stores"))
        self._stores.row_opened.connect(self._choose_store)
        self._stores.setFixedHeight(theme.px(96))
        self._store = Facts(theme)
        self._hint = QLabel(self.tr("Enter or a double click goes to another store."))
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        elsewhere = IconButton(theme, "sign_out", self.tr("Another store…"))
        elsewhere.clicked.connect(self._leave_store)
        page = self._page(theme, self._stores, None)
        layout = page.layout()
        if layout is not None:
            layout.addWidget(self._hint)
            layout.addWidget(self._store)
            layout.addWidget(elsewhere)
            layout.setAlignment(elsewhere, Qt.AlignmentFlag.AlignLeft)
        return page

    def _page(self, theme: Theme, content: QWidget, buttons: QHBoxLayout | None) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addWidget(content)
        if buttons is not None:
            column.addLayout(buttons)
        return page

    def _key_table(self, theme: Theme) -> QWidget:
        self._keys = Table(
            theme,
            (
                Column(self.tr("Where"), "muted", rank=1),
                Column(self.tr("Action"), "text", is_stretching=True),
                Column(self.tr("Keys"), "words"),
            ),
        )
        self._keys.setAccessibleName(self.tr("Keys"))
        self._keys.set_rows(
            [Row(place, (row.group, row.title, row.keys.replace(" ", "  "))) for place, row in enumerate(key_rows())]
        )
        return self._page(theme, self._keys, None)

    # ---- what a screen answers

    def activate(self) -> None:
        self._sounds.refresh()

    def act(self, action: str) -> bool:  # noqa: ARG002  # it has no actions of its own
        return False

    def shows(self) -> dict[str, int]:
        return {"stores": len(self.desk.stores.value), "keys": len(key_rows())}

    # ---- asking

    def _set(self) -> None:
        chosen = replace(
            self.desk.preferences.value,
            theme=self._theme_choice.currentData(),
            language=self._language_choice.currentData(),
            text_scale=self._scale_choice.currentData(),
            lock_minutes=self._lock_choice.currentData(),
        )
        self.desk.commands.emit(SetPreferences(chosen))

    def _choose_store(self, store: object) -> None:
        if isinstance(store, str):
            self.desk.commands.emit(ChooseStore(store))

    def _leave_store(self) -> None:
        self.desk.commands.emit(LeaveStore())

    def _lock(self) -> None:
        self.desk.commands.emit(Lock())

    def _sign_out(self) -> None:
        self.desk.commands.emit(SignOut())

    # ---- showing

    def _show_preferences(self) -> None:
        now = self.desk.preferences.value
        self._offer_numbers(now)
        for choice, value in (
            (self._theme_choice, now.theme),
            (self._scale_choice, now.text_scale),
            (self._language_choice, now.language),
            (self._lock_choice, now.lock_minutes),
        ):
            choice.setCurrentIndex(max(0, choice.findData(value)))

    def _offer_numbers(self, now: Preferences) -> None:
        """What there is to choose from, and what somebody wrote into the file."""
        if self._scale_choice.findData(now.text_scale) < 0:
            self._scale_choice.clear()
            for scale in sorted({*TEXT_SCALES, now.text_scale}):
                self._scale_choice.addItem(f"{scale} %", scale)
        if self._lock_choice.findData(now.lock_minutes) < 0:
            self._lock_choice.clear()
            for minutes in sorted({*_LOCK_MINUTES, now.lock_minutes}, key=lambda minutes: minutes or inf):
                words = self.tr("after {0} minutes").format(minutes) if minutes else self.tr("never")
                self._lock_choice.addItem(words, minutes)

    def _show_stores(self) -> None:
        here = self.desk.store.value
        self._stores.set_rows([self._row(store, here) for store in self.desk.stores.value])
        self._hint.setVisible(len(self.desk.stores.value) > 1)
        self._store.set_facts([] if here is None else self._policies(here))

    def _row(self, store: Store, here: Store | None) -> Row:
        is_here = here is not None and store.id == here.id
        state = StateCell("good", self.tr("on screen")) if is_here else StateCell("neutral", self.tr("not shown"))
        return Row(store.id, (store.name, store.time_zone, state))

    def _policies(self, store: Store) -> list[tuple[str, str]]:
        included = store.tax == "included"
        policies = store.policies
        limit = format_amount(amount(policies.approval_limit), QLocale())
        return [
            (self.tr("Prices"), self.tr("with tax") if included else self.tr("tax is added")),
            (self.tr("Refund window"), self.tr("%n day(s)", "", policies.refund_window_days)),
            (self.tr("Approval above"), limit),
            (self.tr("Case due within"), self.tr("%n hour(s)", "", policies.case_due_hours)),
            (self.tr("Weights kept"), self.tr("%n hour(s)", "", policies.retention_hours_weights)),
            (self.tr("Positions kept"), self.tr("%n hour(s)", "", policies.retention_hours_positions)),
        ]

    def _show_user(self) -> None:
        user = self.desk.session.value.user
        if user is None:
            self._user.set_facts([(self.tr("User"), self.tr("nobody"))])
            return
        self._user.set_facts(
            [
                (self.tr("User"), user.name),
                (self.tr("Role"), role_word(user.role)),
                (self.tr("Refunds up to"), format_amount(amount(user.refund_limit), QLocale())),
            ]
        )
