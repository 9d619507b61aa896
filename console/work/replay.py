"""The past on the desk: goes to a moment, plays, steps and comes back, while live data keeps arriving beside it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from console.domain.commands.replay import BackToNow, GoTo, MarkSpan, Pause, Play, SetSpeed, Step
from console.domain.problem import Problem
from console.domain.replay import Replay
from console.domain.then import Window
from console.domain.timeline import Timeline
from console.state.desk import Desk
from console.work.errand import Errands
from console.work.live import LiveDesk
from console.work.operation import Cancellation
from console.work.replay_reading import read_beginnings, read_window
from console.work.timelines import TOPIC as TIMELINE
from console.work.video.pool import VideoPool
from store_client.contract.moment import from_micros
from store_client.errors import NotFound, Unreachable

EDGE_US = 3_000_000
"""What is nearer to now is not all known yet: positions come two seconds late."""
LATE_US = 2_000_000
"""What is nearer to now is not read: nobody would move in it."""
BEFORE_US, AFTER_US = 2_000_000, 4_000_000
"""What is read round a moment at least; ``AFTER_US`` times the speed while it plays."""
AHEAD_US = 8_000_000
"""What is read at once while it plays, times the speed; the next when no more than half of it is left."""
TICK_MS, LOAD_MS, SPAN_MS = 33, 5, 1_000
LEAD_MS = 50
"""Of what is read, and of the picture in front, before the other pictures are asked for, at most: they are many, and all
else would come after them."""
FRAME_US = 80_000
"""A step where no camera says when its next picture was taken."""
TOPIC, BEGINNINGS = "replay", "replay begins"


class Replays(QObject):
    """``Desk.moment`` is where the desk is, ``Desk.replay`` how it goes on. A window of the past is read round the
    moment, off the UI thread, and shown from memory; another jump cancels the reading for the one before. What cannot be
    read is one problem, and what was shown stays."""

    def __init__(
        self,
        errands: Errands,
        live: LiveDesk,
        video: VideoPool,
        steady: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk: Desk = errands.desk
        self._live = live
        self._video = video
        self._steady = steady
        self._window: Window | None = None
        self._sure_us = 0  # until then all was known when it was read
        self._shown_us: int | None = None  # the moment of what is on the screens; None before the first
        self._anchor = (0, 0.0)  # a moment, and when it was, while it plays
        self._tick = self._timer(TICK_MS, self._go_on)
        self._span = self._timer(SPAN_MS, self._follow_now)
        self._loading = QTimer(self, singleShot=True, interval=LOAD_MS)
        self._loading.timeout.connect(self._load)
        self._turning = QTimer(self, singleShot=True, interval=LEAD_MS)
        self._turning.timeout.connect(video.turn)

    def _timer(self, period_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=period_ms)
        timer.timeout.connect(call)
        return timer

    @property
    def _state(self) -> Replay:
        return self._desk.replay.value

    # ---- what is asked

    def go_to(self, command: GoTo) -> None:
        self._turn_on()
        self._move(command.at_us, "go to")

    def play(self, command: Play) -> None:
        if command.speed is not None:
            self._desk.replay.set(replace(self._state, speed=command.speed))
        self._turn_on()
        self._set_playing(True)

    def pause(self, _command: Pause) -> None:
        if self._state.is_on:
            self._set_playing(False)
        else:
            self.go_to(GoTo(self._latest_us()))

    def set_speed(self, command: SetSpeed) -> None:
        self._desk.replay.set(replace(self._state, speed=command.speed))
        if self._state.is_playing:
            self._hold()
            self._video.turn()

    def step(self, command: Step) -> None:
        """To the next picture of the camera in front; it is asked which that is."""
        self._turn_on()
        if self._state.is_playing or self._shown_us is None:
            self._set_playing(False)
        camera, at_us = self._camera(), self._desk.moment.at_us
        if camera is None:
            self._move(at_us + command.by * FRAME_US, "step")
            return
        door = self._errands.door

        def work(_: Cancellation) -> int | None:
            try:
                picture = door.client.picture_at(camera, from_micros(at_us), width=_NARROW)
            except NotFound:
                return None
            return picture.next_at if command.by > 0 else picture.before_at

        def put(found: int | None) -> None:
            has_left = not self._state.is_on or self._state.is_playing or self._desk.moment.at_us != at_us
            if not has_left:  # meanwhile, for somewhere else
                self._move(at_us + command.by * FRAME_US if found is None else found, "step")

        self._errands.run("step", self.tr("Looking for the next picture"), work, put, is_quiet=True)

    def back_to_now(self, _command: BackToNow | None = None) -> None:
        if not self._state.is_on:
            return
        self._errands.runner.cancel_topic(TOPIC)
        for timer in (self._tick, self._span, self._loading, self._turning):
            timer.stop()
        self._window, self._shown_us = None, None
        self._desk.replay.set(replace(self._state, is_on=False, is_playing=False, is_loading=False, speed=1.0))
        self._desk.bring_back()
        self._video.turn()

    def forget(self) -> None:
        """Another store, or nobody is there."""
        self.back_to_now()
        for topic in (BEGINNINGS, TIMELINE):
            self._errands.runner.cancel_topic(topic)
        self._desk.replay.set(Replay())
        self._desk.marked.set(None)
        self._desk.timeline.set(Timeline())

    def mark(self, command: MarkSpan) -> None:
        begin_us, end_us = command.from_us, command.to_us
        if begin_us is None or end_us is None:
            self._desk.marked.set(None)
        else:
            self._desk.marked.set((min(begin_us, end_us), max(begin_us, end_us)))

    # ---- being there

    def _latest_us(self) -> int:
        return self._desk.clock.now_us() - EDGE_US

    def _known_us(self) -> int:
        """Until then there are positions."""
        return self._desk.clock.now_us() - LATE_US

    def _camera(self) -> str | None:
        """The one that is chosen, where it is looked at; else the first that is."""
        looked_at, chosen = self._desk.pictures.streams.values, self._desk.choice.value.camera
        return chosen if chosen in looked_at else next(iter(looked_at), None)

    def _turn_on(self) -> None:
        desk = self._desk
        if self._state.is_on:
            return
        desk.problems.settle(TOPIC)
        latest_us = self._latest_us()
        desk.moment.set_span(min(self._state.begins_us or latest_us, latest_us - BEFORE_US), latest_us)
        desk.moment.move_to(latest_us, "replay")
        desk.replay.set(replace(self._state, is_on=True))
        desk.put_aside()
        self._span.start()
        self._ask_beginnings()

    def _move(self, at_us: int, by: str) -> None:
        """To another moment than the one that follows by itself."""
        moment = self._desk.moment
        if self._state.begins_us is None:  # not known yet: whether anything is kept shows when it is read
            moment.set_span(min(at_us, moment.span[0]), moment.span[1])
        moment.move_to(at_us, by)
        self._hold()
        self._go()

    def _set_playing(self, is_playing: bool) -> None:
        self._desk.replay.set(replace(self._state, is_playing=is_playing))
        self._hold()
        (self._tick.start if is_playing else self._tick.stop)()
        if is_playing:
            self._turning.stop()  # what plays begins with the map
        self._go()

    def _hold(self) -> None:
        """From here and now the moment goes on."""
        self._anchor = self._desk.moment.at_us, self._steady()

    def _go(self) -> None:
        """To the moment, pictures and all."""
        self._errands.runner.cancel_topic(TOPIC)
        if self._show():
            self._turning.stop()
            self._video.turn()

    def _show(self) -> bool:
        """What is known of the moment. False where it has to be read first."""
        window, at_us = self._window, self._desk.moment.at_us
        if window is not None and window.has(at_us) and (at_us <= self._sure_us or self._state.is_playing):
            self._loading.stop()
            self._put(window, at_us)
            if self._state.is_playing:
                self._read_ahead()
            return True
        self._set_loading(True)
        if not self._loading.isActive():  # who drags asks for many moments, and gets the last
            self._loading.start()
        return False

    def _put(self, window: Window, at_us: int) -> None:
        scene = self._desk.scene
        self._shown_us = at_us
        scene.trips.replace(window.trips_at(at_us))
        scene.carts.replace(window.carts_at(at_us))
        devices = window.devices_at(at_us)
        if devices is not None:
            scene.devices.replace(devices)
        scene.events.show(window.events_until(at_us))
        scene.floor.show(window.positions_until(at_us))
        scene.weights.moved()
        self._set_loading(False)

    def _set_loading(self, is_loading: bool) -> None:
        self._desk.replay.set(replace(self._state, is_loading=is_loading))

    # ---- going on

    def _go_on(self) -> None:
        """One turn of the UI timer while it plays."""
        window, shown_us = self._window, self._shown_us
        if window is None or shown_us is None or self._state.is_loading:
            self._hold()
            return
        began_us, began_s = self._anchor
        clock = self._desk.clock
        at_us = began_us + round((self._steady() - began_s) * 1e6 * self._state.speed * clock.rate)
        if at_us >= self._latest_us():
            self.back_to_now()  # it has caught up
            return
        if not window.has(at_us):
            self._set_loading(True)
            self._read_ahead()
            return
        if at_us > self._desk.moment.span[1]:
            self._follow_now()
        self._desk.moment.move_to(at_us, "play")
        self._advance(window, shown_us, at_us)
        self._read_ahead()

    def _advance(self, window: Window, shown_us: int, at_us: int) -> None:
        scene = self._desk.scene
        self._shown_us = at_us
        if window.has_changed(shown_us, at_us):
            scene.trips.replace(window.trips_at(at_us))
            scene.carts.replace(window.carts_at(at_us))
        if window.health_between(shown_us, at_us):
            scene.devices.replace(window.devices_at(at_us) or {})
        scene.events.add(window.events_between(shown_us, at_us))
        scene.floor.take(window.positions_between(shown_us, at_us))
        scene.weights.moved()

    def _follow_now(self) -> None:
        """Now goes on, and with it how far one can go."""
        moment, latest_us = self._desk.moment, self._latest_us()
        begins_us = self._state.begins_us
        moment.set_span(moment.span[0] if begins_us is None else min(begins_us, latest_us), latest_us)

    # ---- reading

    def _load(self) -> None:
        """A window round the moment, in the place of what there was."""
        at_us, state = self._desk.moment.at_us, self._state
        ahead_us = round(AFTER_US * (state.speed if state.is_playing else 1.0))
        end_us = max(min(at_us + ahead_us, self._known_us()), at_us + 1)
        self._read(at_us - BEFORE_US, end_us, self._take)
        if not state.is_playing and not self._turning.isActive():  # while one drags, pictures follow
            self._video.turn(self._camera())
            self._turning.start()

    def _take(self, window: Window) -> None:
        self._window = window
        self._hold()
        self._show()
        if self._turning.isActive() or self._state.is_playing:  # nothing else is waited for
            self._turning.stop()
            self._video.turn()

    def _read_ahead(self) -> None:
        window, speed = self._window, max(1.0, self._state.speed)
        if window is None or self._errands.runner.is_running(TOPIC):
            return
        left_us = window.end_us - self._desk.moment.at_us
        end_us = min(window.end_us + round(AHEAD_US * speed), self._known_us())
        is_near = left_us <= AHEAD_US * speed / 2
        if is_near and end_us - window.end_us > max(0, left_us):  # near now there is little more, and that all the time
            self._read(window.end_us, end_us, self._join)

    def _join(self, later: Window) -> None:
        if self._window is None:
            return
        self._window = self._window.joined(later, self._desk.moment.at_us - BEFORE_US)
        if self._state.is_loading:  # it has waited for that
            self._set_loading(False)
            self._hold()
            self._video.turn()

    def _read(self, begin_us: int, end_us: int, put: Callable[[Window], None]) -> None:
        door, feed, store = self._errands.door, self._live.feed, self._errands.store_id()
        is_ahead = put == self._join and not self._state.is_loading
        every = max(1, round(self._state.speed / 4)) if self._state.is_playing else 1
        sure_us = self._latest_us()

        def work(cancellation: Cancellation) -> Window:
            if feed is None:
                raise Unreachable("nobody listens to live data")
            return read_window(door.client, feed, store, begin_us, end_us, every, cancellation, is_ahead=is_ahead)

        def take(window: Window) -> None:
            self._sure_us = max(sure_us, self._desk.moment.at_us)
            put(window)

        self._errands.run(TOPIC, self.tr("Reading what was then"), work, take, self._miss)

    def _miss(self, problem: Problem | None) -> None:
        """What was shown stays; a moment that cannot be shown is not where the desk is."""
        if not self._state.is_on or (problem is None and not self._state.is_loading):
            return
        if self._shown_us is None:
            self.back_to_now()
            return
        self._desk.moment.move_to(self._shown_us, "replay")
        self._set_loading(False)
        if self._state.is_playing:
            self._set_playing(False)
        else:
            self._go()  # pictures were asked for of where it is not

    def _ask_beginnings(self) -> None:
        door, feed = self._errands.door, self._live.feed
        cameras = [camera.id for camera in self._desk.cameras.value]
        until = from_micros(self._desk.clock.now_us())

        def work(cancellation: Cancellation) -> tuple[int | None, int | None]:
            return read_beginnings(door.client, feed, cameras, until, cancellation)

        def put(found: tuple[int | None, int | None]) -> None:
            kept_us, pictures_us = found
            self._desk.replay.set(replace(self._state, kept_from_us=kept_us, pictures_from_us=pictures_us))
            if self._state.is_on:
                before_us = self._desk.moment.at_us
                self._follow_now()
                if self._desk.moment.at_us != before_us:  # nothing is kept of there
                    self._hold()
                    self._go()

        title = self.tr("Asking since when the store keeps what was")
        self._errands.run(BEGINNINGS, title, work, put, is_quiet=True)


_NARROW = 160
"""Pixels: of a picture that is only asked when its neighbours were taken."""
