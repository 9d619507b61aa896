"""What is to be exported of a span: from which cameras, from when to when, how, and where to."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QByteArray, QDateTime, QLocale, QStandardPaths, Qt, QTimeZone
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDateTimeEdit,
    QDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.replay import ExportSpan
from console.screens.path_dialog import PathDialog
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.export import MOST_US
from store_client.contract.moment import from_micros, to_micros
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton

HOUR_US = 3_600_000_000
MOST_SIDE_BY_SIDE = 16
LEAST_REASON, MOST_REASON = 3, 200
_FORMAT = "yyyy-MM-dd HH:mm:ss"


class ExportForm(QDialog):
    """Everything by keyboard; Enter exports, Esc leaves."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setWindowTitle(self.tr("Export a span"))
        self._desk = desk
        self._span = (0, 0)
        self._cameras: dict[str, QCheckBox] = {}
        self._build(theme)
        self._lay_out(theme)
        for edit in (self._begin, self._end):
            edit.dateTimeChanged.connect(self._read_span)
        self._kinds.idToggled.connect(self._tell)
        self._all.clicked.connect(self._turn_all)
        desk.faces.changed.connect(self._tell)

    def begin(self, from_us: int, to_us: int, cameras: tuple[str, ...] = ()) -> None:
        """Opens it for a span (µs UTC) and those cameras; all of them if none is named."""
        self._span = (from_us, to_us)
        zone = QTimeZone(QByteArray(self._zone().encode()))
        for edit, at_us in ((self._begin, from_us), (self._end, to_us)):
            edit.blockSignals(True)
            edit.setTimeZone(zone)
            edit.setDateTime(QDateTime.fromMSecsSinceEpoch(at_us // 1_000, zone))
            edit.blockSignals(False)
        self._offer(cameras)
        may_see = self._desk.session.value.may("faces")
        self._films.setEnabled(may_see)
        (self._films if may_see else self._beside).setChecked(True)
        self._reason.clear()
        self._password.clear()
        self._folder.setText(str(self._usual_folder()))
        self._tell()
        self.open()
        self._begin.setFocus()

    def done(self, result: int) -> None:
        """However it is closed, no password stays in it."""
        self._password.clear()
        super().done(result)

    # ---- what it is made of

    def _build(self, theme: Theme) -> None:
        self._heading = QLabel(self.tr("Export a span"))
        self._heading.setProperty("role", "title")
        self._begin, self._end = (
            self._moment(name) for name in (self.tr("From, the store’s time"), self.tr("To, the store’s time"))
        )
        self._length = QLabel()
        self._length.setProperty("role", "muted")
        self._list = QWidget()
        self._list.setObjectName("page")
        self._grid = QGridLayout(self._list)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._all = QPushButton(self.tr("All or none"))
        self._all.setAutoDefault(False)
        self._films = QRadioButton(self.tr("A film of each camera, as it was recorded"))
        self._beside = QRadioButton(self.tr("One video of all, side by side, heads covered"))
        self._kinds = QButtonGroup(self)
        self._kinds.addButton(self._films)
        self._kinds.addButton(self._beside)
        self._with = QLabel(self.tr("Weights and positions go with it as tables, and the store signs all of it."))
        self._with.setProperty("role", "muted")
        self._with.setWordWrap(True)
        self._reason = self._line(self.tr("Films show faces: why you need to see them"))
        self._reason.setMaxLength(MOST_REASON)
        self._password = self._line(self.tr("Your password"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._folder = self._line(self.tr("New folder to write to"))
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.setAutoDefault(False)
        self._choose.clicked.connect(self._choose_folder)
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._leave = QPushButton(self.tr("Cancel"))
        self._leave.setAutoDefault(False)
        self._leave.clicked.connect(self.reject)
        self._export = IconButton(theme, "export", self.tr("Export"), "primary")
        self._export.setDefault(True)
        self._export.clicked.connect(self._ask)

    def _moment(self, name: str) -> QDateTimeEdit:
        edit = QDateTimeEdit()
        edit.setDisplayFormat(_FORMAT)
        edit.setAccessibleName(name)
        return edit

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(name)
        line.textChanged.connect(self._tell)
        return line

    def _lay_out(self, theme: Theme) -> None:
        times = FlowLayout()
        times.setSpacing(theme.space(2))
        for edit, words in ((self._begin, self.tr("From")), (self._end, self.tr("To"))):
            label = QLabel(words)
            label.setBuddy(edit)
            times.addWidget(label)
            times.addWidget(edit)
        times.addWidget(self._length)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._inner(theme))
        buttons = FlowLayout(tail=2)
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(self._leave)
        buttons.addWidget(self._export)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.space(4),) * 4)
        column.setSpacing(theme.space(3))
        column.addWidget(self._heading)
        column.addLayout(times)
        column.addWidget(scroll, 1)
        column.addWidget(self._hint)
        column.addLayout(buttons)
        self.resize(theme.px(580), theme.px(620))

    def _inner(self, theme: Theme) -> QWidget:
        """All that may be more than there is room for."""
        page = QWidget()
        page.setObjectName("page")
        head = FlowLayout()
        head.setSpacing(theme.space(2))
        words = QLabel(self.tr("Cameras"))
        words.setProperty("role", "strong")
        head.addWidget(words)
        head.addWidget(self._all)
        where = FlowLayout()
        where.setSpacing(theme.space(2))
        self._folder.setMinimumWidth(theme.px(320))
        where.addWidget(self._folder)
        where.addWidget(self._choose)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.space(2), 0)
        column.setSpacing(theme.space(2))
        column.addLayout(head)
        column.addWidget(self._list)
        for part in (self._films, self._beside, self._with, self._reason, self._password):
            column.addWidget(part)
        column.addLayout(where)
        column.addStretch(1)
        return page

    def _offer(self, chosen: tuple[str, ...]) -> None:
        for box in self._cameras.values():
            self._grid.removeWidget(box)
            box.deleteLater()
        self._cameras = {}
        for number, camera in enumerate(self._desk.cameras.value):
            box = QCheckBox(camera.name)
            box.setChecked(not chosen or camera.id in chosen)
            box.toggled.connect(self._tell)
            self._cameras[camera.id] = box
            self._grid.addWidget(box, number // 2, number % 2)

    # ---- what is asked for

    def chosen(self) -> tuple[str, ...]:
        """Ids of the cameras."""
        return tuple(camera for camera, box in self._cameras.items() if box.isChecked())

    def _turn_all(self) -> None:
        is_on = len(self.chosen()) < len(self._cameras)
        for box in self._cameras.values():
            box.setChecked(is_on)

    def _read_span(self) -> None:
        """Only what was edited is whole milliseconds; marks stay as they are."""
        before = self._span
        begin_us, end_us = self._meant(self._begin, before[0]), self._meant(self._end, before[1])
        self._span = (
            before[0] if begin_us == before[0] // 1_000 * 1_000 else begin_us,
            before[1] if end_us == before[1] // 1_000 * 1_000 else end_us,
        )
        self._tell()

    def _meant(self, edit: QDateTimeEdit, before_us: int) -> int:
        """µs UTC: of an hour that comes twice the one that was meant before."""
        day, time = edit.date(), edit.time()
        date, clock = (
            (day.year(), day.month(), day.day()),
            (time.hour(), time.minute(), time.second(), time.msec() * 1_000),
        )
        zone = ZoneInfo(self._zone())
        moments = [to_micros(datetime(*date, *clock, tzinfo=zone, fold=fold)) for fold in (0, 1)]
        return min(moments, key=lambda at_us: abs(at_us - before_us))

    def _choose_folder(self) -> None:
        asked = PathDialog(self.tr("Where to"), Path(self._folder.text()).parent, self, is_folder=True)
        asked.fileSelected.connect(self._put_into)
        asked.open()

    def _put_into(self, parent: str) -> None:
        self._folder.setText(str(Path(parent) / Path(self._folder.text()).name))

    def _usual_folder(self) -> Path:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        store = self._desk.store.value
        name = "store" if store is None else store.id
        moment: datetime = from_micros(self._span[0]).astimezone(ZoneInfo(self._zone()))
        return Path(documents) / "Floorwalker" / f"export-{name}-{moment:%Y-%m-%d-%H%M%S}"

    def _zone(self) -> str:
        store = self._desk.store.value
        return "UTC" if store is None else store.time_zone

    def _needs_leave(self) -> bool:
        return self._films.isChecked() and self._desk.faces.value is None

    def _lack(self) -> str:
        """What is still to be said, or wrong; empty if it can be exported."""
        length_us = self._span[1] - self._span[0]
        if length_us <= 0:
            return self.tr("It must end after it begins.")
        if not self.chosen():
            return self.tr("Choose a camera.")
        if self._films.isChecked() and length_us > MOST_US:
            return self.tr("At most half a day at once.")
        if self._beside.isChecked() and (length_us > HOUR_US or len(self.chosen()) > MOST_SIDE_BY_SIDE):
            return self.tr("Side by side at most an hour, and at most {0} cameras.").format(MOST_SIDE_BY_SIDE)
        if self._needs_leave() and len(self._reason.text().strip()) < LEAST_REASON:
            return self.tr("Say why you need to see faces, so that others can judge it later.")
        if self._needs_leave() and not self._password.text() and not self._desk.session.value.demo_roles:
            return self.tr("Type your password: it is asked for each time.")
        if not self._folder.text().strip():
            return self.tr("Name a folder.")
        if os.path.exists(self._folder.text()):  # Path's raises for a name that cannot be one
            return self.tr("The folder is there already: name a new one.")
        return ""

    def _tell(self, *_: object) -> None:
        needs_leave = self._needs_leave()
        self._reason.setVisible(needs_leave)
        self._password.setVisible(needs_leave and not self._desk.session.value.demo_roles)
        minutes, tenths = divmod(round(max(0, self._span[1] - self._span[0]) / 1e5), 600)
        length = self.tr("{0} min {1} s").format(minutes, QLocale().toString(tenths / 10, "f", 1))
        offset = f"{from_micros(self._span[0]).astimezone(ZoneInfo(self._zone())):%z}"
        self._length.setText(f"{length} · UTC{offset[:3]}:{offset[3:5]}")
        lack = self._lack()
        self._hint.setText(lack)
        self._hint.setVisible(bool(lack))
        self._export.setEnabled(not lack)

    def _ask(self) -> None:
        self._tell()  # the folder may be there by now
        if self._lack():
            return
        needs_leave = self._needs_leave()
        command = ExportSpan(
            self.chosen(),
            *self._span,
            self._folder.text().strip(),
            is_side_by_side=self._beside.isChecked(),
            reason=self._reason.text().strip() if needs_leave else "",
            password=self._password.text() if needs_leave else "",
        )
        self._password.clear()
        self._desk.commands.emit(command)
        self.accept()
