"""What the cards of the entry page are made of."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from resources.theme import Theme

CARD_WIDTH, WIDE_CARD_WIDTH = 380, 560


def words(role: str, text: str = "") -> QLabel:
    """A label in a role of the style sheet that breaks its lines and takes nothing for markup."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class Card(QFrame):
    """Parts one under the other on a panel of one width."""

    def __init__(self, theme: Theme, width: int = CARD_WIDTH, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._width = width
        self.column = QVBoxLayout(self)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.setFixedWidth(theme.px(self._width))
        self.column.setContentsMargins(*[theme.space(6)] * 4)
        self.column.setSpacing(theme.space(3))

    def sizeHint(self) -> QSize:
        """As high as its texts need to be at this width."""
        return QSize(self.minimumWidth(), self.column.totalHeightForWidth(self.minimumWidth()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def take_focus(self) -> None:
        """Where the keys go first."""
