"""A stage on which only one actor moves at a time, and stands still wherever the real world could break.

Actors run real code in threads of their own. Each hands the turn back at every point: before and after a transaction,
before and after a message. Who goes on next is the director's choice, so a seed gives the same run again. A process
that dies takes its actors with it: each gets ``Ended`` where it stands, and does nothing more.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

PATIENCE_S = 120.0
"""For one move of one actor. Longer means a deadlock, which is a fault of the stage or of the program on it."""


def _shut() -> threading.Lock:
    """A door that whoever waits at it goes through once it is released, by any thread. (A semaphore does the same in twenty
    times as many steps, and an actor goes through one at each point.)"""
    door = threading.Lock()
    door.acquire()
    return door


class Ended(BaseException):
    """The process in which this runs is dead. No program catches it."""


class Stuck(AssertionError):
    """An actor did not come to its next point."""


@dataclass(eq=False)
class Actor:
    """``process``: which one's death ends it; ``place``: the point at which it stands; ``waits``: for an answer, so
    that there is no use in letting it go on. ``failure``: what its work raised, unless that was its end."""

    name: str
    process: str
    work: Callable[[asyncio.AbstractEventLoop], object]
    place: str = "beginning"
    waits: bool = False
    is_over: bool = False
    is_ended: bool = False
    failure: BaseException | None = None
    turn: threading.Lock = field(default_factory=_shut)


class Lane:
    """A thread with an event loop, in which one actor after another plays."""

    def __init__(self, play: Callable[[Actor, asyncio.AbstractEventLoop], None]) -> None:
        self._play = play
        self._actor: Actor | None = None
        self._wanted = _shut()
        self._thread = threading.Thread(target=self._run, name="lane", daemon=True)
        self._thread.start()

    def take(self, actor: Actor) -> None:
        self._actor = actor
        self._wanted.release()

    def close(self) -> None:
        self._actor = None
        self._wanted.release()
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        while True:
            self._wanted.acquire()
            if self._actor is None:
                loop.close()
                return
            self._play(self._actor, loop)


class Stage:
    """``actors``: those whose work is not over, in the order in which they came. ``condemned``: the process that dies
    at the next place which its moving actor comes to, be that inside a transaction."""

    def __init__(self) -> None:
        self.actors: list[Actor] = []
        self.current: Actor | None = None
        self.condemned: str | None = None
        self._back = _shut()
        self._free: list[Lane] = []
        self._lanes: list[Lane] = []
        self._lane_of: dict[Actor, Lane] = {}

    def begin(self, name: str, process: str, work: Callable[[asyncio.AbstractEventLoop], object]) -> Actor:
        """A new actor, who has not moved yet."""
        actor = Actor(name, process, work)
        self.actors.append(actor)
        lane = self._free.pop() if self._free else self._hire()
        self._lane_of[actor] = lane
        lane.take(actor)
        return actor

    def move(self, actor: Actor) -> None:
        """Lets ``actor`` go on until its next point, or its end. Raises what its work failed with."""
        self.current = actor
        actor.waits = False
        actor.turn.release()
        if not self._back.acquire(timeout=PATIENCE_S):
            raise Stuck(f"{actor.name} left {actor.place} and came nowhere")
        self.current = None
        if actor.is_over:
            self.actors.remove(actor)
            self._free.append(self._lane_of.pop(actor))
            if actor.failure is not None:
                raise actor.failure

    def point(self, place: str, *, waits: bool = False) -> None:
        """Called by the code of the actor whose turn it is, in any thread: stands still here until it is moved."""
        actor = self.current
        if actor is None:
            return  # code beside the play, such as making a store ready, does not stand still
        self.weak_point()
        actor.place, actor.waits = place, waits
        self._back.release()
        actor.turn.acquire()
        self.weak_point()

    def weak_point(self) -> None:
        """Where a process can die although its actors cannot stand still: inside a transaction."""
        actor = self.current
        if actor is not None and self.condemned == actor.process:
            actor.is_ended = True
        if actor is not None and actor.is_ended:
            raise Ended

    def kill(self, process: str) -> None:
        """Ends every actor of the process where it stands."""
        doomed = [actor for actor in self.actors if actor.process == process]
        for actor in doomed:
            actor.is_ended = True
        for actor in doomed:
            self.move(actor)
            if not actor.is_over:
                raise Stuck(f"{actor.name} lives on at {actor.place}")

    def close(self) -> None:
        for process in {actor.process for actor in self.actors}:
            self.kill(process)
        for lane in self._lanes:
            lane.close()

    def _hire(self) -> Lane:
        lane = Lane(self._play)
        self._lanes.append(lane)
        return lane

    def _play(self, actor: Actor, loop: asyncio.AbstractEventLoop) -> None:
        actor.turn.acquire()
        try:
            if not actor.is_ended:
                actor.work(loop)
        except Ended:
            pass
        except BaseException as error:  # noqa: BLE001  carried over to the director, who raises it
            actor.failure = error
        actor.is_over = True
        self._back.release()


class StagedLock:
    """A lock that is held over points: who waits for it stands still on the stage, at ``place``."""

    def __init__(self, stage: Stage, place: str) -> None:
        self._stage = stage
        self._place = place
        self._is_held = False

    def __enter__(self) -> None:
        while self._is_held:
            self._stage.point(self._place)
        self._is_held = True

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._is_held = False
