"""The gallery: every widget with sample data, in every theme and text size."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from resources.dressing import dress
from resources.theme import THEMES, Theme
from widgets.samples import controls, evidence, layouts, live, navigation, notices, tables
from widgets.samples.sample import Sample

SAMPLES: tuple[Sample, ...] = tuple(
    sample for kind in (live, tables, evidence, notices, navigation, layouts, controls) for sample in kind.SAMPLES
)
_SCALES = {"100 %": 1.0, "150 %": 1.5, "200 %": 2.0}


class Gallery(QMainWindow):
    """A list of widgets, the one chosen, and above it the theme and the size of text."""

    def __init__(self, application: QApplication, theme: Theme) -> None:
        super().__init__()
        self._application = application
        self._names, self._pages = QListWidget(self), QStackedWidget(self)
        self._themes, self._scales = QComboBox(self), QComboBox(self)
        self._themes.addItems(list(THEMES))
        self._themes.setCurrentText(theme.name)
        self._scales.addItems(list(_SCALES))
        for sample in SAMPLES:
            self._names.addItem(sample.name)
            self._pages.addWidget(sample.make(theme))
        self._names.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._themes.currentTextChanged.connect(self._dress)
        self._scales.currentTextChanged.connect(self._dress)
        choices = QHBoxLayout()
        choices.addWidget(self._themes)
        choices.addWidget(self._scales)
        choices.addStretch(1)
        right = QVBoxLayout()
        right.addLayout(choices)
        right.addWidget(self._pages, 1)
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.addWidget(self._names)
        row.addLayout(right, 1)
        self._names.setMaximumWidth(200)
        self._names.setAccessibleName("Widgets")
        self._themes.setAccessibleName("Theme")
        self._scales.setAccessibleName("Size of text")
        self.setCentralWidget(page)
        self.setWindowTitle("Widgets of Floorwalker")
        self.resize(1_200, 760)

    def _dress(self) -> None:
        theme = next(theme for name, theme in THEMES.items() if name == self._themes.currentText())
        dress(self._application, theme.scaled(_SCALES[self._scales.currentText()]))


def picture_of(sample: Sample, theme: Theme, path: Path) -> None:
    """Writes one widget as PNG. Text twice as large gets half as much room again, not twice: it has to cope."""
    widget = sample.make(theme)
    room = 1 + (theme.scale - 1) * 0.6
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.resize(QSize(round(sample.width * room), round(sample.height * room)))
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.show()
    QApplication.processEvents()
    widget.grab().save(str(path))
    widget.close()
    widget.deleteLater()


def shoot(application: QApplication, folder: Path, names: list[str]) -> int:
    """Writes ``<widget>-<theme>-<percent>.png`` of each widget (of those named, if any) in each theme, at text of 100
    and of 200 %; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, plain in THEMES.items():
        for scale in (1.0, 2.0):
            theme = plain.scaled(scale)
            dress(application, theme)
            for sample in SAMPLES:
                if not names or sample.name in names:
                    picture_of(sample, theme, folder / f"{sample.name}-{name}-{round(scale * 100)}.png")
                    count += 1
    return count
