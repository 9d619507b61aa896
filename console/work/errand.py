"""What the handlers of commands share: the desk, the way to its store, the runner, and what to do with a failure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from console.domain.problem import Problem
from console.state.desk import Desk
from console.work.door import Door
from console.work.operation import Cancellation, Cancelled, Operation, Superseded
from console.work.runner import Runner
from console.work.trouble import log_problem, problem_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Errands:
    """Runs requests to the store for a handler."""

    desk: Desk
    door: Door
    runner: Runner

    def run(
        self,
        topic: str,
        title: str,
        work: Callable[[Cancellation], T],
        success: Callable[[T], None],
        failure: Callable[[Problem | None], None] = lambda _: None,
        *,
        kept: str | Callable[[BaseException], str] = "",
        is_exclusive: bool = True,
        is_quiet: bool = False,
        can_cancel: bool = True,
        is_file: bool = False,
    ) -> int:
        """``title``: what is being done, for people. ``failure`` is told the problem, which is logged and (unless
        ``is_quiet``) on a banner by then; None when somebody cancelled it. ``kept``: what is safe in spite of a failure.
        ``is_exclusive``: takes the place of an earlier errand of the same topic, which is told nothing any more. To who
        comes meanwhile, or works at another store by then, nothing of it is shown: it ends as if it was cancelled. But of a
        file (``is_file``) who asked is told wherever they work by then."""
        asked_by = self._who()

        def is_anothers() -> bool:
            now = self._who()
            if asked_by is None or now is None:
                return False
            return now[0] != asked_by[0] if is_file else now != asked_by

        def succeed(answer: T) -> None:
            if is_anothers():
                failure(None)
                return
            self.desk.problems.settle(topic)
            success(answer)

        def fail(error: BaseException) -> None:
            if isinstance(error, Cancelled):
                if not isinstance(error, Superseded):
                    failure(None)
                return
            problem = problem_of(error, topic, title, kept if isinstance(kept, str) else kept(error))
            log_problem(problem, error)
            if is_anothers():
                failure(None)
                return
            if not is_quiet:
                self.desk.problems.say(problem)
            failure(problem)

        operation = Operation("" if is_quiet else title, work, succeed, fail, topic if is_exclusive else "", can_cancel)
        return self.runner.run(operation)

    @property
    def can_ask(self) -> bool:
        """Whether somebody is signed in, at a store that is chosen."""
        return self._who() is not None

    def _who(self) -> tuple[str, str] | None:
        """Is there, and at which store; None while nobody is, or at none."""
        user, store = self.desk.session.value.user, self.desk.store.value
        return None if user is None or store is None else (user.id, store.id)

    def store_id(self) -> str:
        """Raises LookupError while no store is chosen."""
        store = self.desk.store.value
        if store is None:
            raise LookupError("no store is chosen")
        return store.id
