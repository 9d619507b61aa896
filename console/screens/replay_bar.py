"""Under the live screens: the time line, and while then is shown what plays, steps, marks and exports."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.commands.replay import (
    BackToNow,
    ExportSpan,
    GoTo,
    LookAtTimeline,
    MarkSpan,
    Pause,
    Play,
    SetSpeed,
    Step,
)
from console.domain.replay import Replay, other_speed
from console.domain.timeline import Timeline
from console.screens.export_form import ExportForm
from console.screens.key_table import with_key
from console.screens.spans import speed_text
from console.screens.time_marks import time_marks
from console.state.cursor import CursorPlace
from console.state.desk import Desk
from resources.icons import IconName
from resources.theme import Theme
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.moment import time_text
from widgets.time_line import TimeLine

PULSE_MS, MARKS_MS, LOOK_MS = 250, 5_000, 30_000


class ReplayBar(QWidget):
    """Slim while now is shown. ``act`` carries out the actions of the section "Replay"."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._theme = theme
        self._begun_us: int | None = None  # where a span was begun to be marked
        self._is_active = self._was_on = False
        self._form: ExportForm | None = None
        self._titles: dict[str, str] = {}  # of what happened in the stretch that is looked at
        self._line = TimeLine(theme)
        self._line.moved.connect(self._go)
        self._line.now_asked.connect(self._back)
        self._line.view_changed.connect(self._look)
        self._then = IconButton(theme, "history", self.tr("Look back"), "quiet")
        self._then.setToolTip(with_key(self.tr("Hold this moment, then go back from it"), "play"))
        self._then.clicked.connect(self._hold)
        self._controls = QWidget()
        self._build_controls()
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.space(1))
        line.addWidget(self._then)
        line.addWidget(self._line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(2), 0, theme.space(2), theme.space(1))
        column.setSpacing(0)
        column.addWidget(self._controls)
        column.addLayout(line)
        self._pulse = QTimer(self, interval=PULSE_MS)
        self._pulse.timeout.connect(self._beat)
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look_again)
        self._marking = QTimer(self, interval=MARKS_MS)
        self._marking.timeout.connect(self._show_marks)
        desk.replay.changed.connect(self._follow)
        desk.moment.changed.connect(self._move)
        desk.timeline.changed.connect(self._show_timeline)
        desk.choice.changed.connect(self._show_marks)
        desk.marked.changed.connect(self._show_marked)
        desk.store.changed.connect(self._show_zone)
        self._show_zone()
        self._follow(desk.replay.value)
        self._show_marked()

    def _build_controls(self) -> None:
        theme = self._theme
        row = FlowLayout(self._controls)
        row.setContentsMargins(theme.space(1), theme.space(1), theme.space(1), 0)
        row.setSpacing(theme.space(1))
        self._play = self._button("play", self.tr("Play"), "play")
        self._pause = self._button("pause", self.tr("Hold"), "play")
        self._earlier = self._button("back", "", "step_back", self.tr("To the picture before"))
        self._later = self._button("forward", "", "step_forward", self.tr("To the next picture"))
        self._slower = self._button("slower", "", "slower", self.tr("Slower"))
        self._speed = QLabel()
        self._speed.setProperty("role", "strong")
        self._faster = self._button("faster", "", "faster", self.tr("Faster"))
        self._in = self._button("mark_in", self.tr("In"), "mark_in", self.tr("Mark the beginning of a span"))
        self._out = self._button("mark_out", self.tr("Out"), "mark_out", self.tr("Mark the end of the span"))
        self._span = QLabel()
        self._span.setProperty("role", "muted")
        self._unmark = self._button("clear", "", "clear_marks", self.tr("Clear the marks"))
        self._export = self._button("export", self.tr("Export…"), "export_span", self.tr("Export the marked span"))
        for part in (
            self._play,
            self._pause,
            self._earlier,
            self._later,
            self._slower,
            self._speed,
            self._faster,
            self._in,
            self._out,
            self._span,
            self._unmark,
            self._export,
        ):
            row.addWidget(part)

    def _button(self, name: IconName, words: str, action: str, hint: str = "") -> QPushButton:
        button = IconButton(self._theme, name, words, "quiet")
        button.setToolTip(with_key(hint or words, action))
        button.setAccessibleName(hint or words)
        button.setProperty("action", action)
        button.clicked.connect(self._press)
        return button

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    # ---- coming on

    def set_active(self, is_active: bool) -> None:
        """While a live screen is shown."""
        self.setVisible(is_active)
        if is_active == self._is_active:
            return
        self._is_active = is_active
        for timer in (self._pulse, self._looking, self._marking):
            (timer.start if is_active else timer.stop)()
        if is_active:
            self._beat()
            self._look()

    # ---- what is asked

    def act(self, action: str) -> bool:
        """False if it cannot be done now."""
        replay, ask = self._desk.replay.value, self._desk.commands.emit
        match action:
            case "play":
                ask(Pause() if replay.is_playing or not replay.is_on else Play())
            case "step_back" | "step_forward":
                ask(Step(1 if action == "step_forward" else -1))
            case "slower" | "faster":
                ask(SetSpeed(other_speed(replay.speed, 1 if action == "faster" else -1)))
            case "mark_in" | "mark_out" | "clear_marks":
                self._mark(action)
            case "back_to_now" if replay.is_on:
                ask(BackToNow())
            case "find_moment":
                self._line.setFocus()
            case "chosen_moment" if self._desk.choice.value.moment_us is not None:
                ask(GoTo(self._desk.choice.value.moment_us))
            case "export_span" if self._desk.marked.value is not None:
                return self._open_export()
            case _:
                return False
        return True

    def _mark(self, action: str) -> None:
        at_us, marked = self._desk.shown_us(), self._desk.marked.value
        if action == "clear_marks":
            self._begun_us = None
            self._desk.commands.emit(MarkSpan(None, None))
            return
        if action == "mark_in":
            self._begun_us = at_us
            end_us = at_us if marked is None or marked[1] <= at_us else marked[1]
        else:
            end_us = at_us
            self._begun_us = self._begun_us if marked is None else marked[0]
        begun_us = end_us if self._begun_us is None else self._begun_us
        if begun_us != end_us:
            self._desk.commands.emit(MarkSpan(begun_us, end_us))
        else:
            self._desk.commands.emit(MarkSpan(None, None))
            self._begun_us = at_us
            self._show_marked()

    def _open_export(self) -> bool:
        marked = self._desk.marked.value
        if marked is None or not self._desk.may(ExportSpan):
            return False
        if self._form is None:
            self._form = ExportForm(self._theme, self._desk, self)
        self._form.begin(*marked)
        return True

    def _press(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.act(button.property("action"))

    def _go(self, at_us: int) -> None:
        self._desk.commands.emit(GoTo(at_us))

    def _hold(self) -> None:
        self._desk.commands.emit(Pause())

    def _back(self) -> None:
        self._desk.commands.emit(BackToNow())

    def _look(self, _: object = None) -> None:
        """What is seen is another stretch. What happened is read while one looks back; of now the desk knows it."""
        if self._is_active and self._desk.store.value is not None:
            self._desk.commands.emit(LookAtTimeline(*self._line.span(), has_events=self._desk.replay.value.is_on))

    def _look_again(self) -> None:
        """Pictures are recorded all the time."""
        if self._desk.store.value is not None:
            self._desk.commands.emit(LookAtTimeline(*self._line.span()))

    # ---- showing

    def _zone(self) -> str:
        store = self._desk.store.value
        return "UTC" if store is None else store.time_zone

    def _show_zone(self, _: object = None) -> None:
        self._line.set_time_zone(self._zone())

    def _beat(self) -> None:
        if self._desk.clock.is_known:
            self._line.set_now(self._desk.clock.now_us())

    def _follow(self, replay: Replay) -> None:
        self._controls.setVisible(replay.is_on)
        self._then.setVisible(not replay.is_on)
        self._line.set_slim(not replay.is_on)
        self._play.setVisible(not replay.is_playing)
        self._pause.setVisible(replay.is_playing)
        self._speed.setText(f"× {speed_text(replay.speed)}")
        self._slower.setEnabled(other_speed(replay.speed, -1) != replay.speed)
        self._faster.setEnabled(other_speed(replay.speed, 1) != replay.speed)
        begins = replay.begins_us
        words = (
            "" if begins is None else self.tr("kept from {0} on").format(time_text(begins, self._zone(), has_date=True))
        )
        self._line.set_kept(begins, words)
        self._beat()
        self._line.set_moment(self._desk.moment.at_us if replay.is_on else None)
        if replay.is_on != self._was_on:
            self._was_on = replay.is_on
            self._look()
            self._show_marks()

    def _move(self, place: CursorPlace) -> None:
        if self._desk.replay.value.is_on:
            self._line.set_moment(place.at_us)

    def _show_timeline(self, timeline: Timeline) -> None:
        self._line.set_recorded(timeline.recorded)
        self._titles.clear()
        self._show_marks()

    def _show_marks(self, _: object = None) -> None:
        timeline = self._desk.timeline.value
        words = ""
        if timeline.is_thinned:
            words = (
                self.tr("More happened than fits: come nearer to see it")
                if timeline.events
                else self.tr("Come nearer to see what happened")
            )
        is_on = self._desk.replay.value.is_on
        live = self._desk.live.events.all
        if not is_on:
            self._line.set_moments(time_marks(self._desk, live, is_all=False))
            return
        since = [event for event in live if event.measured_at > timeline.seen[1]] if timeline.seen[1] else []
        self._line.set_moments(time_marks(self._desk, (*timeline.events, *since), self._titles), words)

    def _show_marked(self, _: object = None) -> None:
        marked, zone = self._desk.marked.value, self._zone()
        self._line.set_marked(marked)
        if marked is not None:
            begin, end = (time_text(at, zone) for at in marked)
            self._span.setText(f"{begin} – {end}")
        elif self._begun_us is not None:
            self._span.setText(f"{time_text(self._begun_us, zone)} – …")
        else:
            self._span.setText("")
        self._span.setVisible(bool(self._span.text()))
        self._unmark.setVisible(bool(self._span.text()))
        self._export.setVisible(marked is not None)
