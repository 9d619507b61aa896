"""Errors of every kind as one Problem for people."""

import logging

from PySide6.QtCore import QCoreApplication

from console.causes import why_words
from console.domain.problem import Problem
from console.storage.unusable import Unusable
from console.work.operation import Cancelled
from store_client.contract.problem import Problem as StoreProblem
from store_client.errors import (
    BadAnswer,
    FacesNeeded,
    Failed,
    LeaseLost,
    Locked,
    NoAnswer,
    NotFound,
    NotPermitted,
    Refused,
    SignedOut,
    SlowDown,
    Stale,
    StepUpNeeded,
    StillRunning,
    StoreError,
    Untrusted,
    WrongPassword,
    error_of,
)

_log = logging.getLogger("console.problems")


def _say(text: str) -> str:
    return QCoreApplication.translate("Problems", text)


def problem_of(error: BaseException, topic: str, doing: str, kept: str = "") -> Problem:
    """``doing``: what was tried, as a title ("Opening the case"); ``kept``: what is safe in spite of it."""
    what, advice = _words(error)
    severity = (
        "warning"
        if isinstance(error, NoAnswer | SlowDown | Stale | LeaseLost | StillRunning | StepUpNeeded)
        else "error"
    )
    return Problem(
        topic=topic,
        what=f"{doing}: {what}" if doing else what,
        kept=kept,
        advice=advice,
        severity="warning" if severity == "warning" else "error",
        detail=repr(error),
        has_report=not _is_foreseen(error),
    )


def what_happened(error: StoreError) -> str:
    """As the desk says it."""
    return _words(error)[0]


def what_stands_between(problem: StoreProblem) -> str:
    """As ``what_happened``, of what a store answered, or of the way to it where that has no status."""
    return what_happened(error_of(problem) if problem.status else NoAnswer(problem))


def log_problem(problem: Problem, error: BaseException | None = None) -> None:
    """In full where nobody foresaw it."""
    _log.warning("%s %s", problem, problem.detail, exc_info=None if error is None or _is_foreseen(error) else error)


def _is_foreseen(error: BaseException) -> bool:
    return isinstance(error, StoreError | Unusable | Cancelled | OSError)


def _words(error: BaseException) -> tuple[str, str]:
    """What happened, and what to do; a store that says why has said both."""
    told = why_words(error.problem.cause, "") if isinstance(error, StoreError) else ""
    return (f"{told}.", "") if told else _words_of_kind(error)


def _words_of_kind(error: BaseException) -> tuple[str, str]:
    match error:
        case WrongPassword():
            return _say("name or password is wrong."), _say("Try again; ten wrong passwords lock the name for a while.")
        case Locked():
            return _say("this name is locked after too many wrong passwords."), _say("Try again in some minutes.")
        case SignedOut():
            return _say("nobody is signed in any more."), _say("Sign in again.")
        case StepUpNeeded():
            return _say("the store wants your password again."), _say("Type it, then send again.")
        case FacesNeeded():
            return _say("it shows faces."), _say("Ask to see faces first, with a reason (B on the cameras).")
        case NotPermitted():
            return _say("your role may not do this."), _say("Ask a supervisor.")
        case NotFound():
            return _say("the store does not know it any more."), _say("Ask the store again (F5).")
        case LeaseLost():
            return _say("another desk holds this case."), _say("Take another, or try again when it is free.")
        case StillRunning():
            return _say("the store is still working on it."), _say("Wait a moment; the desk asks again.")
        case Stale():
            return _say("somebody else changed it meanwhile."), _say("Look at it as it is now, then decide again.")
        case SlowDown():
            return _say("the store asks for patience."), _say("Wait a moment, then try again.")
        case Refused():
            return _refusal(error), ""
        case Untrusted():
            return _say("the store's certificate is not the one to be trusted; nothing was sent."), _say(
                "Ask whoever looks after the store whether it was changed, then choose the store again."
            )
        case NoAnswer():
            return _say("the store does not answer."), _say("The desk tries again by itself.")
        case BadAnswer():
            return _say("the store's answer cannot be understood."), _say("Tell whoever looks after the store.")
        case Failed():
            return _say("the store could not do it."), _say("Try again in a moment.")
        case Unusable():
            return _say("the desk's own database cannot be written."), str(error)
        case OSError():
            return error.strerror or str(error), ""
    return _say("something unexpected happened."), _say("It is in the log.")


def _refusal(error: Refused) -> str:
    fields = "; ".join(f"{wrong.field}: {wrong.detail}" for wrong in error.problem.errors)
    return " ".join(part for part in (str(error) + ".", fields) if part)
