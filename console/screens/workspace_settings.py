"""Arrangements of windows and panels by name: kept, brought back, deleted."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.commands.showing import DropWorkspace, OpenWorkspace, SaveWorkspace
from console.screens.key_table import with_key
from console.state.desk import Desk
from resources.theme import Theme
from widgets.choice_box import ChoiceBox
from widgets.flow_layout import FlowLayout

MOST_LETTERS = 40


class _NameField(QLineEdit):
    """As wide as what it asks for, at every size of text."""

    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        room = hint.width() - 17 * metrics.horizontalAdvance("x")  # what Qt has round the seventeen letters of its hint
        words = metrics.horizontalAdvance(self.placeholderText()) + metrics.averageCharWidth()
        return QSize(max(hint.width(), words + room), hint.height())


class WorkspaceSettings(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        hint = QLabel(self.tr("How windows and panels are arranged now can be kept under a name."))
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        self._name = _NameField()
        self._name.setMaxLength(MOST_LETTERS)
        self._name.setAccessibleName(self.tr("Name of the workspace"))
        self._name.setPlaceholderText(self.tr("Name of the workspace"))
        self._name.returnPressed.connect(self._save)
        self._name.textChanged.connect(self._tell)
        self._keep = QPushButton(self.tr("Keep"))
        self._keep.clicked.connect(self._save)
        self._kept = ChoiceBox()
        self._kept.setAccessibleName(self.tr("Kept workspaces"))
        self._open = QPushButton(self.tr("Bring back"))
        self._open.setToolTip(with_key(self.tr("The next one"), "next_workspace"))
        self._open.clicked.connect(self._bring_back)
        self._drop = QPushButton(self.tr("Delete"))
        self._drop.setProperty("role", "quiet")
        self._drop.clicked.connect(self._delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addWidget(hint)
        for parts in ((self._name, self._keep), (self._kept, self._open, self._drop)):
            row = FlowLayout()
            row.setSpacing(theme.space(2))
            for part in parts:
                row.addWidget(part)
            column.addLayout(row)
        desk.workspaces.changed.connect(self._show)
        self._show()
        self._tell()

    def _show(self, _: object = None) -> None:
        names = self._desk.workspaces.value
        self._kept.clear()
        self._kept.addItems(names)
        for part in (self._kept, self._open, self._drop):
            part.setVisible(bool(names))

    def _tell(self) -> None:
        self._keep.setEnabled(bool(self._name.text().strip()))

    def _save(self) -> None:
        name = self._name.text().strip()
        if name:
            self._desk.commands.emit(SaveWorkspace(name))
            self._name.clear()
            self._kept.setCurrentText(name)

    def _bring_back(self) -> None:
        self._desk.commands.emit(OpenWorkspace(self._kept.currentText()))

    def _delete(self) -> None:
        self._desk.commands.emit(DropWorkspace(self._kept.currentText()))
