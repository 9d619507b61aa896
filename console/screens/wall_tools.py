"""What stands above the wall: the layouts, what is drawn over the pictures, faces, and how many cameras live."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.screens.faces_form import FacesForm
from console.screens.key_table import with_key
from resources.theme import Theme
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.state_chip import StateChip
from widgets.wall_layout import Layout


class WallTools(QWidget):
    """``layout_asked`` carries a Layout, ``faces_asked`` (reason, password)."""

    layout_asked = Signal(object)
    overlays_asked = Signal()
    faces_asked = Signal(object)
    faces_hidden = Signal()
    snapshot_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.layouts: dict[Layout, QPushButton] = {}
        self._row = FlowLayout(tail=3)
        self._row.setSpacing(theme.space(1))
        self._add_layouts()
        self._counts = QLabel()
        self._counts.setProperty("role", "muted")
        self._counts.setContentsMargins(theme.space(2), 0, 0, 0)
        self._row.addWidget(self._counts)
        self._chip = StateChip(theme)
        self._chip.hide()
        self._row.addWidget(self._chip)
        self._overlays = IconButton(theme, "person", self.tr("People and plates"))
        self._overlays.setCheckable(True)
        self._overlays.setToolTip(with_key(self.tr("Draw people, hands and plates over the pictures"), "overlays"))
        self._overlays.clicked.connect(self.overlays_asked)
        self._faces = IconButton(theme, "view", "")
        self._faces.clicked.connect(self.turn_faces)
        snapshot = IconButton(theme, "snapshot", self.tr("Save a picture"))
        snapshot.clicked.connect(self.snapshot_asked)
        snapshot.setToolTip(with_key(self.tr("Save a picture"), "snapshot"))
        for button in (self._overlays, self._faces, snapshot):
            self._row.addWidget(button)
        self._form = FacesForm(theme)
        self._form.setMaximumWidth(theme.px(560))
        self._form.asked.connect(self._ask_faces)
        self._form.left.connect(self._form.hide)
        self._form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addLayout(self._row)
        beside = QHBoxLayout()
        beside.addWidget(self._form, 1)
        beside.addStretch()
        column.addLayout(beside)
        self._until = ""
        self._wants_password = True
        self.show_faces("")

    def _add_layouts(self) -> None:
        layouts: tuple[tuple[Layout, str, str], ...] = (
            ("1", "1", self.tr("One camera")),
            ("4", "4", self.tr("Four cameras")),
            ("9", "9", self.tr("Nine cameras")),
            ("16", "16", self.tr("Sixteen cameras")),
            ("focus", self.tr("1 + small"), self.tr("One large, the others small")),
            (
                "spotlight",
                self.tr("Spotlight"),
                self.tr("Large: where the chosen shopper, the newest alert or the case is"),
            ),
        )
        for layout, title, hint in layouts:
            button = QPushButton(title)
            button.setCheckable(True)
            button.setToolTip(with_key(hint, "layout_spotlight") if layout == "spotlight" else hint)
            button.setAccessibleName(hint)
            button.setProperty("layout_name", layout)
            self._group.addButton(button)
            self.layouts[layout] = button
            self._row.addWidget(button)
        self._group.buttonClicked.connect(self._layout_clicked)

    def _layout_clicked(self, button: QPushButton) -> None:
        self.layout_asked.emit(button.property("layout_name"))

    # ---- showing

    def show_counts(self, words: str) -> None:
        self._counts.setText(words)

    def show_overlays(self, *, are_on: bool) -> None:
        self._overlays.setChecked(are_on)

    def allow_faces(self, *, is_allowed: bool, wants_password: bool) -> None:
        self._wants_password = wants_password
        self._faces.setVisible(is_allowed)
        if not is_allowed:
            self._form.hide()

    def show_faces(self, until: str) -> None:
        """``until``: the store's time of day; "" while faces are hidden."""
        self._until = until
        if until:
            self._chip.set_state("warning", self.tr("Faces are shown until {0}").format(until))
            self._form.hide()
        self._chip.setVisible(bool(until))
        self._faces.setText(self.tr("Hide faces") if until else self.tr("Show faces"))
        hint = self.tr("Make heads unrecognisable again") if until else self.tr("Asks for a reason and your password")
        self._faces.setToolTip(with_key(hint, "faces"))

    # ---- what the user does

    def turn_faces(self) -> bool:
        """Shown: hides them. Hidden: asks, or gives up asking. False where that is not allowed."""
        if not self._faces.isVisibleTo(self):
            return False
        if self._until:
            self.faces_hidden.emit()
        elif self._form.isVisibleTo(self):
            self._form.hide()
        else:
            self._form.begin(wants_password=self._wants_password)
        return True

    def leave_form(self) -> bool:
        """True if there was one."""
        was_open = self._form.isVisibleTo(self)
        self._form.hide()
        return was_open

    def _ask_faces(self, asked: object) -> None:
        self._form.hide()
        self.faces_asked.emit(asked)
