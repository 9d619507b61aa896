"""What the theme makes of Qt's own controls, and the icons."""

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from resources.icons import ICON_NAMES, icon
from resources.theme import Theme
from widgets.samples.sample import Sample


def _controls(theme: Theme) -> QWidget:  # noqa: ARG001
    """What the style sheet makes of Qt's own controls."""
    page = QFrame()
    column = QVBoxLayout(page)
    buttons = QHBoxLayout()
    for words, role in (("Decide", "primary"), ("Preview", ""), ("Release", "quiet"), ("Cancel the case", "danger")):
        button = QPushButton(words, page)
        button.setProperty("role", role)
        buttons.addWidget(button)
    off = QPushButton("Not now", page)
    off.setEnabled(False)
    buttons.addWidget(off)
    buttons.addStretch(1)
    column.addLayout(buttons)
    fields = QHBoxLayout()
    field, choice, number = QLineEdit(page), QComboBox(page), QSpinBox(page)
    field.setPlaceholderText("Search receipts")
    choice.addItems(["Wrong quantity", "Not taken", "Damaged item"])
    number.setValue(12)
    check = QCheckBox("Only doubtful", page)
    check.setChecked(True)
    for widget in (field, choice, number, check, QCheckBox("Mine", page)):
        fields.addWidget(widget)
    column.addLayout(fields)
    tabs = QTabWidget(page)
    for words in ("Receipt", "Events", "History"):
        tabs.addTab(QLabel(f"{words} of visit 412", tabs), words)
    column.addWidget(tabs)
    return page


def _icons(theme: Theme) -> QWidget:
    page = QFrame()
    grid = QGridLayout(page)
    for place, name in enumerate(ICON_NAMES):
        picture, words = QLabel(page), QLabel(name, page)
        picture.setPixmap(icon(name, theme).pixmap(theme.px(20), theme.px(20)))
        words.setProperty("role", "caption")
        grid.addWidget(picture, place // 6, place % 6 * 2)
        grid.addWidget(words, place // 6, place % 6 * 2 + 1)
    return page


SAMPLES: tuple[Sample, ...] = (
    Sample("controls", 760, 240, _controls),
    Sample("icons", 900, 480, _icons),
)
