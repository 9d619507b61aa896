"""The evidence of the opened case, all of it at one moment."""

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.state.desk import Desk
from resources.theme import Theme
from widgets.state_view import StateView


class EvidencePanel(QWidget):
    """Follows ``Desk.evidence``, ``Desk.cursor`` and ``Desk.case_line``; asks for the evidence of ``Desk.case`` itself."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._nothing = StateView(theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.setAccessibleName(self.tr("Evidence"))
