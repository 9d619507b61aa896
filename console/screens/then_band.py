"""Says over the live screens that this is then and not now."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from console.domain.commands.replay import BackToNow
from console.domain.replay import Replay
from console.screens.key_table import with_key
from console.screens.spans import speed_text
from console.state.desk import Desk
from resources.icons import icon
from resources.theme import Theme
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.moment import age_text, local, offset_text, time_text
from widgets.moment_label import MomentLabel

AGE_MS = 500


class ThenBand(QFrame):
    """Hidden while now is shown."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("role", "then")
        self._sign = QLabel()
        self._title = QLabel(self.tr("Then, not now"))
        self._title.setProperty("role", "title")
        self._day = QLabel()
        self._time = MomentLabel(theme)
        self._state = QLabel()
        self._lack = QLabel()
        self._lack.setProperty("role", "warning")
        self._now = IconButton(theme, "follow", self.tr("Back to now"), "primary")
        self._now.setToolTip(with_key(self.tr("Back to now"), "back_to_now"))
        self._now.clicked.connect(self._back)
        row = FlowLayout(self, tail=1)
        row.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        row.setSpacing(theme.space(2))
        for part in (self._sign, self._title, self._day, self._time, self._state, self._lack, self._now):
            row.addWidget(part)
        self._ages = QTimer(self, interval=AGE_MS)
        self._ages.timeout.connect(self._grow_older)
        desk.replay.changed.connect(self._follow)
        desk.moment.changed.connect(self._move)
        self.set_theme(theme)
        self._follow(desk.replay.value)

    def set_theme(self, theme: Theme) -> None:
        side = theme.px(20)
        self._sign.setPixmap(icon("history", theme).pixmap(side, side))

    def _zone(self) -> str:
        store = self._desk.store.value
        return "UTC" if store is None else store.time_zone

    def _follow(self, replay: Replay) -> None:
        self.setVisible(replay.is_on)
        if not replay.is_on:
            self._ages.stop()
            return
        self._move()
        self._grow_older()
        self._ages.start()

    def _move(self, _: object = None) -> None:
        if self._desk.replay.value.is_on:
            self._time.set_moment(self._desk.moment.at_us, self._zone())

    def _grow_older(self) -> None:
        replay, at_us, zone = self._desk.replay.value, self._desk.moment.at_us, self._zone()
        moment = local(at_us, zone)
        is_today = moment.date() == local(self._desk.clock.now_us(), zone).date()
        self._day.setText(f"{moment:%Y-%m-%d}")
        self._day.setVisible(not is_today)
        words = [offset_text(moment), self.tr("{0} ago").format(age_text(self._desk.clock.age_us(at_us) / 1e6))]
        if replay.is_playing:
            words.append(self.tr("playing × {0}").format(speed_text(replay.speed)))
        else:
            words.append(self.tr("held"))
        if replay.is_loading:
            words.append(self.tr("reading…"))
        self._state.setText(" · ".join(words))
        self._lack.setText(self._lacking(replay, at_us))
        self._lack.setVisible(bool(self._lack.text()))
        self.setAccessibleName(f"{self._title.text()}: {time_text(at_us, zone, has_date=True, has_offset=True)}")

    def _lacking(self, replay: Replay, at_us: int) -> str:
        """What is not kept from so long ago."""
        zone = self._zone()
        if replay.kept_from_us is not None and at_us < replay.kept_from_us:
            since = time_text(replay.kept_from_us, zone, has_date=True)
            return self.tr("Where people were is kept from {0} on").format(since)
        if replay.pictures_from_us is not None and at_us < replay.pictures_from_us:
            since = time_text(replay.pictures_from_us, zone, has_date=True)
            return self.tr("Pictures are kept from {0} on").format(since)
        return ""

    def _back(self) -> None:
        self._desk.commands.emit(BackToNow())
