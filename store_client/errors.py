"""All that can go wrong between a desk and its store, as one tree.

    StoreError                  ``problem`` says what happened, ``is_passing`` whether the same request may help later
    ├── NoAnswer                nothing came back, or not all of it; the store may have done what was asked
    │   ├── Unreachable         refused, cut off, name unknown
    │   │   └── Untrusted       its certificate is not believed; nothing was sent
    │   ├── TimedOut            no connection, no answer or not all of it in time
    │   └── Closed              this client was closed meanwhile
    ├── BadAnswer               an answer that the contract does not know: HTML, half a JSON, too long
    ├── Refused                 4xx: the store understood and said no
    │   ├── SignedOut           401, nobody is signed in any more
    │   │   └── WrongPassword   401, at signing in or stepping up
    │   ├── NotPermitted        403
    │   │   ├── StepUpNeeded    403, a fresh password first
    │   │   └── FacesNeeded     403, it shows faces: a grant first
    │   ├── NotFound            404
    │   ├── Conflict            409, the state of the thing does not allow it
    │   │   ├── StillRunning    409, the same idempotency key is being worked on
    │   │   └── LeaseLost       409, another holds the case
    │   ├── Stale               412, it was changed by somebody else
    │   ├── Locked              423, too many wrong passwords
    │   └── SlowDown            429, not before ``retry_after`` seconds
    └── Failed                  5xx: the store could not
        └── Unavailable         503, not now

Whatever else a store refuses (a body too large, a key used twice, a refund not covered) is a Refused whose
``problem.type`` says which.
"""

from store_client.contract.problem import PREFIX, Problem


class StoreError(Exception):
    """Something between desk and store went wrong; ``str()`` is one line for people. ``may_be_done``: an earlier try of
    the same call was not answered, so that whatever this one says the store may have done what was asked."""

    is_passing = False
    may_be_done = False

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.title}: {problem.detail}" if problem.detail else problem.title)
        self.problem = problem

    def __reduce__(self) -> tuple[object, ...]:
        """Errors travel from child processes: made again from their problem, not from their text."""
        return type(self), (self.problem,)


class NoAnswer(StoreError):
    """Nothing came back. Whether the store did what was asked is not known: ask again with the same key."""

    is_passing = True

    def __init__(self, detail: str | Problem) -> None:
        super().__init__(detail if isinstance(detail, Problem) else Problem(title=self.title, status=0, detail=detail))

    title = "no answer from the store"


class Unreachable(NoAnswer):
    title = "the store cannot be reached"


class Untrusted(Unreachable):
    title = "the store cannot be trusted"
    is_passing = False


class TimedOut(NoAnswer):
    title = "the store did not answer in time"


class Closed(NoAnswer):
    title = "the connection to the store was closed"
    is_passing = False


class BadAnswer(StoreError):
    """What came back is not of the contract. ``status``: of the answer, 0 where there was none."""

    def __init__(self, detail: str | Problem, status: int = 0) -> None:
        title = "the store's answer cannot be understood"
        super().__init__(detail if isinstance(detail, Problem) else Problem(title=title, status=status, detail=detail))


class Refused(StoreError):
    """The store understood and said no. ``problem.errors`` names each wrong field."""


class SignedOut(Refused):
    pass


class WrongPassword(SignedOut):
    pass


class NotPermitted(Refused):
    pass


class StepUpNeeded(NotPermitted):
    pass


class FacesNeeded(NotPermitted):
    pass


class NotFound(Refused):
    pass


class Conflict(Refused):
    pass


class StillRunning(Conflict):
    is_passing = True


class LeaseLost(Conflict):
    pass


class Stale(Refused):
    pass


class Locked(Refused):
    pass


class SlowDown(Refused):
    """``retry_after``: seconds to wait, as the store asked."""

    is_passing = True

    def __init__(self, problem: Problem, retry_after: float = 1.0) -> None:
        super().__init__(problem)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problem, self.retry_after)


class Failed(StoreError):
    """The store could not do it. Not known to have been done, nor not to have been."""

    is_passing = True


class Unavailable(Failed):
    """``retry_after``: seconds to wait if the store named them, 0 if not."""

    def __init__(self, problem: Problem, retry_after: float = 0.0) -> None:
        super().__init__(problem)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problem, self.retry_after)


def is_uncertain(error: StoreError) -> bool:
    """Whether the store may have done what was asked although it did not say so."""
    return error.may_be_done or isinstance(error, NoAnswer | Failed | StillRunning | BadAnswer)


_BY_NAME: dict[str, type[StoreError]] = {
    "wrong-password": WrongPassword,
    "step-up-needed": StepUpNeeded,
    "faces-needed": FacesNeeded,
    "still-running": StillRunning,
    "lease-lost": LeaseLost,
}
_BY_STATUS: dict[int, type[StoreError]] = {
    401: SignedOut,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    412: Stale,
    423: Locked,
}


def error_of(problem: Problem, retry_after: float | None = None) -> StoreError:
    """The error that ``problem`` is; ``retry_after`` in seconds if the store named it."""
    if problem.status == 429:
        return SlowDown(problem, 1.0 if retry_after is None else retry_after)
    if problem.status == 503:
        return Unavailable(problem, retry_after or 0.0)
    named = _BY_NAME.get(problem.type.removeprefix(PREFIX))
    if named is not None:
        return named(problem)
    return _BY_STATUS.get(problem.status, Failed if problem.status >= 500 else Refused)(problem)
