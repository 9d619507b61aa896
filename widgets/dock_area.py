"""A middle with panels round it, which people move, pull out into windows of their own, and put back."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import QHideEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStyle, QWidget

from resources.theme import Theme
from widgets.icon_button import IconButton
from widgets.panel import Panel
from widgets.scroll_column import ScrollColumn

_VERSION = 1
_STEP, _LEAST = 1.25, 90
Area = Qt.DockWidgetArea


def shares(room: int, needs: Sequence[int], wishes: Sequence[int]) -> list[int]:
    """Parts ``room`` (all in pixels): each gets what it needs, and of what is left as much as it wishes in proportion;
    where the room is short, all are in proportion to what they need."""
    left = room - sum(needs)
    if left < 0:
        return [room * need // max(1, sum(needs)) for need in needs]
    return [need + left * wish // max(1, sum(wishes)) for need, wish in zip(needs, wishes, strict=True)]


class DockArea(QMainWindow):
    """Panels are dragged by their heading; all that a mouse can do to them is in the menu there too. Until somebody moves
    one of them each has the room that it needs, whatever the size of the area; from then on they stay where they are."""

    def __init__(self, theme: Theme, middle: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)  # a part of its screen, not a window
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self._middle = middle
        self.setCentralWidget(middle)
        self._theme = theme
        self._docks: list[tuple[QDockWidget, Area, int]] = []
        self._buttons: list[IconButton] = []
        self._left = b""
        self._wanted = b""
        self._is_moved = False
        self._is_between = False

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def add(self, name: str, content: QWidget, panel: Panel, side: Area, wish: int) -> None:
        """``panel``: of ``content``, whose heading becomes the dock's. ``name``: under which its place is kept. ``wish``:
        its share of the height that is left when each has what it needs, before anybody moved it."""
        dock = QDockWidget(panel.windowTitle(), self)
        dock.setObjectName(name)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        panel.windowTitleChanged.connect(dock.setWindowTitle)
        panel.windowTitleChanged.connect(self._retranslate)
        button = IconButton(self._theme, "move", "", "quiet")
        button.clicked.connect(partial(self._open_menu, dock, button))
        panel.add_corner(button)
        dock.setTitleBarWidget(panel.head)
        room = ScrollColumn(content)
        room.setMinimumHeight(self._theme.px(_LEAST))
        dock.setWidget(room)
        self.addDockWidget(side, dock)
        dock.dockLocationChanged.connect(self._moved)
        dock.topLevelChanged.connect(self._moved)
        self._docks.append((dock, side, wish))
        self._buttons.append(button)
        self._retranslate()

    # ---- as it was left

    def arrangement(self) -> bytes:
        """Where everything is, for ``arrange``, also while the area is not shown; b"" while nobody moved anything."""
        if self._wanted:
            return self._wanted
        return self._state() if self.isVisible() else self._left

    def arrange(self, arrangement: bytes) -> None:
        """As it was left; as at first where that is b"" or makes no sense."""
        self._wanted, self._left = arrangement, b""
        if self.isVisible():
            self._settle()

    def _state(self) -> bytes:
        return bytes(self.saveState(_VERSION).toBase64().data()) if self._is_moved else b""

    def _settle(self) -> None:
        wanted, self._wanted = self._wanted, b""
        self._is_moved = bool(wanted) and self.restoreState(QByteArray.fromBase64(wanted), _VERSION)
        if not self._is_moved:
            self._arrange_as_at_first()

    def _arrange_as_at_first(self) -> None:
        for dock, side, _ in self._docks:
            dock.setFloating(False)
            self.removeDockWidget(dock)
            self.addDockWidget(side, dock)
            dock.show()
        self._is_moved = False
        self._share()

    def _share(self) -> None:
        docks = [dock for dock, _, _ in self._docks]
        self.resizeDocks(docks[:1], [self.width() * 2 // 5], Qt.Orientation.Horizontal)
        between = self.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent, None, self)
        room = self.height() - between * (len(docks) - 1)
        heights = shares(room, [self._needed(dock) for dock in docks], [wish for _, _, wish in self._docks])
        self.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def _needed(self, dock: QDockWidget) -> int:
        head, content = dock.titleBarWidget(), dock.widget()
        needed = content.needed_height(dock.width()) if isinstance(content, ScrollColumn) else 0
        return needed + (0 if head is None else head.sizeHint().height())

    def _moved(self) -> None:
        """By somebody: what the area itself does is followed by what says that nobody did."""
        self._is_moved = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible() and not self._is_moved:
            self._share()

    def event(self, event: QEvent) -> bool:
        """What lies between docks is dragged in here."""
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress:
                self._is_between = self.childAt(event.position().toPoint()) is None
            elif event.type() == QEvent.Type.MouseMove and self._is_between and event.buttons():
                self._moved()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._left:
            self._wanted = self._wanted or self._left  # with those that had to go with it
        self._settle()

    def hideEvent(self, event: QHideEvent) -> None:
        """Windows of their own go when the screen that they belong to goes."""
        self._left = self._wanted or self._state()
        for dock, _, _ in self._docks:
            if dock.isFloating():
                dock.hide()
        super().hideEvent(event)

    # ---- what people do

    def focus_next(self) -> bool:
        """The keys go on to the next panel, or to the middle after the last."""
        hosts = [self._middle, *(dock for dock, _, _ in self._docks)]
        focus = self.window().focusWidget()
        at = next((place for place, host in enumerate(hosts) if focus is not None and host.isAncestorOf(focus)), -1)
        for step in range(1, len(hosts) + 1):
            host = hosts[(at + step) % len(hosts)]
            parts = host.findChildren(QWidget)
            taker = next(
                (one for one in parts if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus), None
            )
            if taker is not None:
                host.window().activateWindow()
                taker.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return False

    def menu_of(self, dock: QDockWidget) -> QMenu:
        menu = QMenu(dock)
        is_apart = dock.isFloating()
        words = self.tr("Back into the screen") if is_apart else self.tr("In a window of its own")
        menu.addAction(words).triggered.connect(partial(dock.setFloating, not is_apart))
        menu.addSeparator()
        sides = (
            (Area.LeftDockWidgetArea, self.tr("To the left")),
            (Area.RightDockWidgetArea, self.tr("To the right")),
            (Area.TopDockWidgetArea, self.tr("To the top")),
            (Area.BottomDockWidgetArea, self.tr("To the bottom")),
        )
        for side, title in sides:
            menu.addAction(title).triggered.connect(partial(self._move, dock, side))
        menu.addSeparator()
        menu.addAction(self.tr("Larger")).triggered.connect(partial(self._grow, dock, _STEP))
        menu.addAction(self.tr("Smaller")).triggered.connect(partial(self._grow, dock, 1 / _STEP))
        menu.addSeparator()
        menu.addAction(self.tr("All panels as at first")).triggered.connect(partial(self.arrange, b""))
        return menu

    def _open_menu(self, dock: QDockWidget, button: IconButton) -> None:
        menu = self.menu_of(dock)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _move(self, dock: QDockWidget, side: Area) -> None:
        dock.setFloating(False)
        self.addDockWidget(side, dock)
        self._moved()

    def _grow(self, dock: QDockWidget, factor: float) -> None:
        self._moved()
        if dock.isFloating():
            dock.resize(round(dock.width() * factor), round(dock.height() * factor))
            return
        for way, size in ((Qt.Orientation.Horizontal, dock.width()), (Qt.Orientation.Vertical, dock.height())):
            self.resizeDocks([dock], [round(size * factor)], way)

    def _retranslate(self) -> None:
        for button, (dock, _, _) in zip(self._buttons, self._docks, strict=True):
            button.setAccessibleName(self.tr("Place of the panel {0}").format(dock.windowTitle()))
            button.setToolTip(self.tr("Move, or put into a window of its own"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
