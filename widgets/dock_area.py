"""A middle with panels round it, which people move, pull out into windows of their own, and put back."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QHideEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStyle, QTabBar, QVBoxLayout, QWidget

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
    one of them each has the room that it needs, whatever the size of the area, and where there is not even the least for
    all one of them is there, under tabs that bring the others; from then on they stay where they are."""

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
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.currentChanged.connect(self._turn)
        self._strip = QDockWidget(self)
        """Where the tabs are: over the docks, since the tabs of Qt's own leave what they hide in reach of the Tab key."""
        self._strip.setObjectName("tabs")
        self._strip.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        without_title = QWidget()
        QVBoxLayout(without_title).setContentsMargins(0, 0, 0, 0)
        self._strip.setTitleBarWidget(without_title)
        self._strip.setWidget(self._tabs)
        self._strip.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for dock, _, _ in self._docks:
            dock.widget().setMinimumHeight(theme.px(_LEAST))
        self._share_anew()

    def add(self, name: str, tab: str, content: QWidget, panel: Panel, side: Area, wish: int) -> None:
        """``panel``: of ``content``, whose heading becomes the dock's. ``name``: under which its place is kept. ``tab``:
        the word for it where it has to be brought. ``wish``: its height in pixels at text of 100 %, before anybody moved
        it: so is shared what is left when each has what it needs, and under half of it the dock is of little use."""
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
        self._tabs.addTab(tab)
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
        self._unfold()
        self._is_moved = bool(wanted) and self.restoreState(QByteArray.fromBase64(wanted), _VERSION)
        self._strip.hide()
        if not self._is_moved:
            self._arrange_as_at_first()

    def _arrange_as_at_first(self) -> None:
        self.addDockWidget(self._docks[0][1], self._strip)
        for dock, side, _ in self._docks:
            dock.setFloating(False)
            self.removeDockWidget(dock)
            self.addDockWidget(side, dock)
            dock.show()
        self._is_moved = False
        self._share()

    def _share_anew(self) -> None:
        """The room is another, or what the docks need."""
        if self.isVisible() and not self._is_moved:
            self._tabs.setCurrentIndex(self._place_to_keep())
            self._share()

    def _place_to_keep(self) -> int:
        """Of the dock that somebody is typing in, or else of the one that was brought last."""
        focus = self.window().focusWidget()
        docks = enumerate(dock for dock, _, _ in self._docks)
        held = (place for place, dock in docks if focus is not None and dock.isAncestorOf(focus))
        return next(held, self._tabs.currentIndex())

    def _share(self) -> None:
        docks = [dock for dock, _, _ in self._docks]
        if self._is_short():
            self._fold()
            self.resizeDocks([self._strip], [self.width() // 2], Qt.Orientation.Horizontal)
            return
        self._unfold()
        self.resizeDocks(docks[:1], [self._beside()], Qt.Orientation.Horizontal)
        room = self.height() - self._between() * (len(docks) - 1)
        heights = shares(room, [self._needed(dock) for dock in docks], [wish for _, _, wish in self._docks])
        self.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def _beside(self) -> int:
        """The width of docks that are all there."""
        return self.width() * 2 // 5

    def _between(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent, None, self)

    def _is_short(self) -> bool:
        """True where there is not even half of what the docks wish."""
        least = zip(self._leasts(), self._docks, strict=True)
        return self.height() < sum(max(height, self._theme.px(wish) // 2) for height, (_, _, wish) in least)

    def _leasts(self) -> list[int]:
        """The height below which each dock cannot be where all are there, in pixels, with what lies between it and the
        next: the same however many are there now, or the area would turn to and fro."""
        below = self._theme.px(_LEAST) + self._between()
        return [self._head_height(dock) + below for dock, _, _ in self._docks]

    def _head_height(self, dock: QDockWidget) -> int:
        head = dock.titleBarWidget()
        layout = None if head is None else head.layout()
        return 0 if layout is None else layout.totalHeightForWidth(self._beside())

    def minimumSizeHint(self) -> QSize:
        """It asks for no more than it needs when all but one of the docks are gone."""
        least = super().minimumSizeHint()
        if self._is_moved or not self._docks:
            return least
        folded = self._tabs.sizeHint().height() + max(self._leasts())
        return QSize(least.width(), min(least.height(), max(folded, self._middle.minimumSizeHint().height())))

    # ---- one in the place of all

    @property
    def _is_folded(self) -> bool:
        return not self._strip.isHidden()

    def bring(self, name: str) -> None:
        """To the front, where not all docks are there."""
        names = [dock.objectName() for dock, _, _ in self._docks]
        self._tabs.setCurrentIndex(names.index(name))

    def _fold(self) -> None:
        self._tabs.setFixedHeight(self._tabs.sizeHint().height())
        if not self._is_folded:
            self._strip.show()
            self._turn(self._tabs.currentIndex())

    def _unfold(self) -> None:
        if self._is_folded:
            self._strip.hide()
            for dock, _, _ in self._docks:
                dock.show()

    def _turn(self, place: int) -> None:
        if self._is_folded:
            self._docks[place][0].show()
            for other, (dock, _, _) in enumerate(self._docks):
                dock.setVisible(other == place)

    def _needed(self, dock: QDockWidget) -> int:
        head, content = dock.titleBarWidget(), dock.widget()
        needed = content.needed_height(dock.width()) if isinstance(content, ScrollColumn) else 0
        return needed + (0 if head is None else head.sizeHint().height())

    def _moved(self) -> None:
        """By somebody: what the area itself does is followed by what says that nobody did."""
        self._is_moved = True
        self._unfold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_anew()

    def event(self, event: QEvent) -> bool:
        """What lies between docks is dragged in here."""
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress:
                self._is_between = self.childAt(event.position().toPoint()) is None
            elif event.type() == QEvent.Type.MouseMove and self._is_between and event.buttons():
                self._moved()
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._has_to_turn():
            self._share_anew()
        return is_done

    def _has_to_turn(self) -> bool:
        """True where what the docks need has become too much for them to be there together, or no longer is."""
        return self.isVisible() and not self._is_moved and self._is_short() != self._is_folded

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
                (one for one in parts if one.isVisibleTo(host) and one.focusPolicy() & Qt.FocusPolicy.TabFocus), None
            )
            if taker is not None:
                if host is not self._middle:
                    self.bring(host.objectName())
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
        self._tabs.setAccessibleName(self.tr("Panels"))
        for button, (dock, _, _) in zip(self._buttons, self._docks, strict=True):
            button.setAccessibleName(self.tr("Place of the panel {0}").format(dock.windowTitle()))
            button.setToolTip(self.tr("Move, or put into a window of its own"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
