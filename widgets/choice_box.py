"""A box to choose from that shortens its choice where the room is short, and says the whole in its tool tip."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QToolTip


class ChoiceBox(QComboBox):
    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        text: str = option.currentText
        option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self._room(option))

    def sizeHint(self) -> QSize:
        """A little more than Qt asks for: under a style sheet its measure is some pixels short at large text."""
        return super().sizeHint() + QSize(self.fontMetrics().averageCharWidth(), 0)

    def _room(self, option: QStyleOptionComboBox) -> int:
        field = QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()

    def event(self, event: QEvent) -> bool:
        """The whole choice comes before what the box is for, which its place says."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.currentText() or self.toolTip(), self)
            return True
        return super().event(event)
