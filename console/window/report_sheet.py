"""An error report as it would be saved: a person reads it first."""

from pathlib import Path

from PySide6.QtCore import QDateTime, QStandardPaths
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.commands.report import MakeReport, SaveReport
from console.screens.path_dialog import PathDialog
from console.state.desk import Desk
from console.window.cards import words
from resources.fonts import font
from resources.theme import Theme


class ReportSheet(QDialog):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._theme = theme
        self.setWindowTitle(self.tr("Error report"))
        self.setAccessibleName(self.tr("Error report"))
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName(self.tr("The report as it would be saved"))
        self._save = QPushButton(self.tr("Save to a file…"))
        self._save.setProperty("role", "primary")
        self._save.clicked.connect(self._choose_file)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.space(2))
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.space(5)] * 4)
        column.setSpacing(theme.space(3))
        column.addWidget(words("title", self.tr("Error report")))
        about = self.tr(
            "For whoever looks after the program. Names, passwords, card numbers and what people wrote were taken out; "
            "read it before you give it away. The desk itself sends it to nobody."
        )
        column.addWidget(words("muted", about))
        column.addWidget(self._text, 1)
        column.addLayout(buttons)
        desk.report.changed.connect(self._show)
        self.set_theme(theme)
        self._show(desk.report.value)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._text.setFont(font(theme, "fixed"))
        self._text.setStyleSheet(f"font-family: '{font(theme, 'fixed').families()[0]}';")

    def open_fresh(self) -> None:
        self._desk.commands.emit(MakeReport())
        host = self.parentWidget()
        if host is not None:
            room = host.window().size()
            self.resize(min(self._theme.px(820), room.width()), room.height() * 9 // 10)
        self.open()
        self._text.setFocus()

    def _show(self, text: str) -> None:
        self._text.setPlainText(text)
        self._save.setEnabled(bool(text))

    def _choose_file(self) -> None:
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or str(Path.home())
        name = f"floorwalker-report-{QDateTime.currentDateTimeUtc().toString('yyyyMMdd-HHmmss')}.txt"
        asked = PathDialog(self.tr("Save the report"), Path(place) / name, self)
        asked.fileSelected.connect(self._save_to)
        asked.open()

    def _save_to(self, path: str) -> None:
        self._desk.commands.emit(SaveReport(path))
        self.accept()
