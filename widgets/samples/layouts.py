"""Samples of what holds others, and of the small things that are held."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from resources.icons import IconName
from resources.theme import Theme
from widgets.choice_box import ChoiceBox
from widgets.dock_area import DockArea
from widgets.flow_layout import FlowLayout
from widgets.hint import HintBubble
from widgets.icon_button import IconButton
from widgets.moment_label import MomentLabel
from widgets.panel import Panel
from widgets.samples.data import PRODUCTS, T0, ZONE
from widgets.samples.sample import Sample
from widgets.scroll_column import ScrollColumn
from widgets.split import Split
from widgets.two_sides import TwoSides


def sample_sides(theme: Theme) -> QWidget:
    """Two sides, one of them a column that scrolls; the other with what people press and choose."""
    list_page = QWidget()
    column = QVBoxLayout(list_page)
    for name in (*PRODUCTS, *PRODUCTS):
        label = QLabel(name)
        label.setWordWrap(True)
        column.addWidget(label)
    page = QFrame()
    outer = QVBoxLayout(page)
    outer.addWidget(TwoSides(theme, Panel(theme, "Products", ScrollColumn(list_page)), _small_things(theme), 560))
    return page


def sample_split(theme: Theme) -> QWidget:
    """A border between two panels."""
    left, right = (Panel(theme, name, QLabel(f"What the {name.lower()} shows")) for name in ("List", "Detail"))
    return Split(theme, left, right, (3, 2))


def sample_docks(theme: Theme) -> QWidget:
    """Panels that can be moved round a middle."""
    area = DockArea(theme, QLabel("The middle"))
    for name, side in (
        ("Cart", Qt.DockWidgetArea.RightDockWidgetArea),
        ("Camera", Qt.DockWidgetArea.BottomDockWidgetArea),
    ):
        panel = Panel(theme, name, QLabel(f"What the {name.lower()} shows"))
        area.add(name, name, panel, panel, side, 120)
    return area


def sample_hint(theme: Theme) -> QWidget:
    """A hint that points at a button."""
    page = QFrame()
    column = QVBoxLayout(page)
    target = IconButton(theme, "receipt", "Its receipt", "")
    column.addWidget(target)
    column.addStretch()
    bubble = HintBubble(theme, page)
    bubble.point_at(target, "What was charged, and what became of it since.", 2, 5)
    return page


def _small_things(theme: Theme) -> QWidget:
    page = QFrame()
    row = FlowLayout(page)
    row.setSpacing(theme.space(2))
    buttons: tuple[tuple[IconName, str, str], ...] = (("lock", "Claim", "primary"), ("receipt", "Its receipt", ""))
    for name, words, role in buttons:
        row.addWidget(IconButton(theme, name, words, role))
    choice = ChoiceBox()
    choice.setAccessibleName("Reason")
    choice.addItems(["The shopper did not take it", "Charged twice"])
    row.addWidget(choice)
    moment = MomentLabel(theme)
    moment.set_moment(T0, ZONE)
    row.addWidget(moment)
    return page


SAMPLES: tuple[Sample, ...] = (
    Sample("sides", 760, 280, sample_sides),
    Sample("split", 560, 120, sample_split),
    Sample("docks", 640, 320, sample_docks),
    Sample("hint", 640, 320, sample_hint),
)
