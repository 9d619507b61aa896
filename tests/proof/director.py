"""The director: chooses by the seed what happens next, and in the end lets everything heal."""

from collections.abc import Callable, Iterator
from functools import partial

from console.domain.intent import Intent
from tests.desk.shop import STORE
from tests.proof.bank import HORIZON_US, HOUR_US, SECOND_US
from tests.proof.books import OnTheWay, Wrong
from tests.proof.desk import Desk
from tests.proof.people import Person
from tests.proof.wire import Request
from tests.proof.world import MOST_AT_ONCE, MOST_SKEW_US, PASSWORD, PLACES, World

Choice = tuple[float, str, Callable[[], object]]
MOST_RECEIPTS = 24
LEAPS_US = {
    0: 0.2,
    SECOND_US: 0.8,
    5 * SECOND_US: 0.5,
    31 * SECOND_US: 0.3,
    120 * SECOND_US: 0.1,
    400 * SECOND_US: 0.06,
}
LONG_LEAPS_US = {HOUR_US: 0.02, 6 * HOUR_US: 0.02, 13 * HOUR_US: 0.02, HORIZON_US + HOUR_US: 0.02}
"""By how long it is: how likely."""
WORKERS = {"settlement": 2.0, "approvals": 0.1}
HEALED_TURNS = 400


class Director:
    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance

    def play(self, steps: int) -> None:
        """``steps`` steps with all that can go wrong, then the healing, after which nothing is left undone."""
        for _ in range(steps):
            self._step()
        self.heal()

    def _step(self) -> None:
        choices = list(self._choices())
        [(_, name, do)] = self._chance.choices(choices, [weight for weight, _, _ in choices])
        self._world.step(name, do)

    # ---- what can happen next

    def _choices(self) -> Iterator[Choice]:
        yield from self._on_stage()
        yield from self._on_the_wire()
        yield from self._at_desks()
        yield from self._in_the_store()
        yield from self._with_time()

    def _on_stage(self) -> Iterator[Choice]:
        world = self._world
        for actor in world.stage.actors:
            if actor.waits:
                continue
            yield 8, f"goes on: {actor.name}, from {actor.place}", partial(world.stage.move, actor)
            yield (
                0.05,
                f"dies within: {actor.process}, {actor.name}, after {actor.place}",
                partial(world.kill_within, actor),
            )

    def _on_the_wire(self) -> Iterator[Choice]:
        world, wire = self._world, self._world.wire
        for request in wire.out:
            yield 6, f"arrives: {request}", partial(world.deliver, request)
            yield 0.3, f"lost: {request}", partial(world.cut, request)
            yield 0.3, f"doubled: {request}", partial(wire.twin, request)
        for request in wire.back:
            yield 6, f"answered: {request}", partial(world.bring_home, request)
            yield 0.4, f"answer lost: {request}", partial(world.cut, request)
        for request in wire.asked.values():
            is_alive = request in wire.out or request in wire.back or self._is_worked_on(request)
            yield (0.15 if is_alive else 4), f"given up: {request}", partial(world.give_up, request)

    def _is_worked_on(self, request: Request) -> bool:
        return any(actor.name == f"store: {request}" for actor in self._world.of("store"))

    def _at_desks(self) -> Iterator[Choice]:
        world = self._world
        for name, desk in world.desks.items():
            if desk is None:
                yield 3, f"desk starts: {name}", partial(world.start_desk, name)
                continue
            yield 0.08, f"desk dies: {name}", partial(world.kill_desk, name)
            busy = sum(1 for _ in world.of(name))
            if busy >= MOST_AT_ONCE:
                continue
            if not desk.is_signed_in:
                if any("signs in" in actor.name for actor in world.of(name)):
                    continue
                user = self._chance.choice(PLACES[name])
                yield 3, f"signs in: {user} at {name}", partial(self._begin, name, "signs in", _sign_in(desk, user))
                continue
            yield 4, f"person: at {name}", partial(self._act, name)
            yield (
                1.0,
                f"resends: {name}",
                partial(self._begin, name, "resends", partial(desk.resend, self._any)),
            )
            yield (
                0.15,
                f"withdraws: {name}",
                partial(self._begin, name, "withdraws", partial(self._withdraw, desk)),
            )
            yield 0.15, f"signs out: {name}", partial(self._begin, name, "signs out", desk.door.client.sign_out)

    def _in_the_store(self) -> Iterator[Choice]:
        world = self._world
        if world.server is None:
            yield 3, "store starts", world.start_store
            return
        yield 0.06, "store dies", world.kill_store
        if self._workers() < MOST_AT_ONCE:
            for name in world.server.workers:
                yield WORKERS[name], f"worker: {name}", partial(world.worker, name)
        if len(world.receipts) < MOST_RECEIPTS:
            yield 0.15, "sells", world.sell
        for sending in world.line.under_way:
            yield 0.5, f"late: {sending}", partial(world.line.arrive, sending)

    def _workers(self) -> int:
        return sum(1 for actor in self._world.of("store") if actor.name.startswith("worker"))

    def _with_time(self) -> Iterator[Choice]:
        world = self._world
        for us, weight in LEAPS_US.items():
            yield weight, f"time passes: {us // SECOND_US} s", partial(world.passes, us)
        if not any("the bank" in actor.place for actor in world.of("store")):
            for us, weight in LONG_LEAPS_US.items():
                yield weight, f"long time passes: {us // SECOND_US} s", partial(world.passes, us)
        skew_us = self._chance.randint(-MOST_SKEW_US, MOST_SKEW_US)
        yield 0.05, f"clock jumps: wrong by {skew_us // SECOND_US} s", partial(world.skews, skew_us)

    # ---- people

    def _begin(self, name: str, what: str, work: Callable[[], object]) -> None:
        self._world.begin(f"{name} {what}", name, work)

    def _act(self, name: str) -> None:
        world = self._world
        desk = world.desks[name]
        assert desk is not None
        person = Person(desk, self._chance, world.receipts, world.trip, world.bank)
        what, work = person.wants()
        world.history.append(f"    {desk.user} at {name} {what}")
        self._begin(name, what, work)

    def _any(self, intents: list[Intent]) -> Intent | None:
        return self._chance.choice(intents) if intents else None

    def _withdraw(self, desk: Desk) -> None:
        pending = [kept.intent for kept in desk.outbox.kept(STORE, desk.user_id)]
        if pending:
            desk.outbox.withdraw(self._chance.choice(pending).key)

    # ---- the end

    def heal(self) -> None:
        """Nothing breaks any more: all that was begun is brought to its end."""
        world = self._world
        world.step("heals", lambda: None)
        world.line.is_good = True
        world.clock.skew_us = 0
        with world.told():
            self._quiet()
            for sending in list(world.line.under_way):
                world.line.arrive(sending)
            for name, users in PLACES.items():
                for user in users:
                    self._empty_outbox(name, user)
            self._settle()
            world.check_all()
            world.check_audit()
            self._nothing_is_left()

    def _quiet(self) -> None:
        """All processes run, all messages arrive, all work is done."""
        world = self._world
        if world.server is None:
            world.start_store()
        for name, desk in world.desks.items():
            if desk is None:
                world.start_desk(name)
        for _ in range(HEALED_TURNS):
            for request in list(world.wire.out):
                world.deliver(request)
            for request in list(world.wire.back):
                world.bring_home(request)
            dead = [request for request in world.wire.asked.values() if not self._is_worked_on(request)]
            for request in dead:
                if request not in world.wire.out and request not in world.wire.back:
                    world.give_up(request)
            for actor in [actor for actor in world.stage.actors if not actor.waits]:
                world.stage.move(actor)
            world.check()
            if not world.stage.actors and not world.wire.out:
                return
        raise Wrong(f"it does not come to rest: {world.stage.actors}")

    def _empty_outbox(self, name: str, user: str) -> None:
        """Who left something unanswered signs in again, and it is sent again."""
        world = self._world
        desk = world.desks[name]
        assert desk is not None
        self._do(name, desk.door.client.sign_out)
        for _ in range(3):
            self._do(name, _sign_in(desk, user))
            world.passes(300 * SECOND_US)
        for _ in range(HEALED_TURNS):
            self._do(name, lambda: desk.resend(lambda pending: pending[0] if pending else None))
            if not desk.pending:
                return
        raise Wrong(f"{user} at {name} has no answer to {desk.pending}")

    def _do(self, name: str, work: Callable[[], object]) -> None:
        self._begin(name, "heals", work)
        self._quiet()

    def _settle(self) -> None:
        world = self._world
        for _ in range(HEALED_TURNS):
            assert world.server is not None
            for name in world.server.workers:
                world.worker(name)
                self._quiet()
            world.passes(61 * SECOND_US)
            if not self._unsettled():
                return
        raise Wrong(f"not settled: {self._unsettled()}")

    def _unsettled(self) -> list[OnTheWay]:
        """Money on the way for which there is still hope; of the rest a person must ask the bank."""
        found = self._world.on_the_way()
        hopeless = {one.key for one in found if self._needs_a_person(one)}
        return [one for one in found if one.key not in hopeless and one.payment not in hopeless]

    def _needs_a_person(self, one: OnTheWay) -> bool:
        world = self._world
        is_old = one.sent_us is not None and world.clock.true_us - one.sent_us >= HORIZON_US // 2
        return one.state == "in_doubt" and is_old and world.bank.ask(one.key).outcome == "unknown"

    def _nothing_is_left(self) -> None:
        for name, desk in self._world.desks.items():
            assert desk is not None
            left = [kept for kept in desk.kept().values() if kept.state == "pending"]
            if left:
                raise Wrong(f"without an answer at {name}: {left}")


def _sign_in(desk: Desk, user: str) -> Callable[[], object]:
    return lambda: desk.sign_in(user, PASSWORD)
