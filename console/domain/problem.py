"""What went wrong, as one value that a banner shows and the log keeps."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Problem:
    """``topic``: one problem of a topic is shown at a time, and it goes when the topic is well again. ``what``
    happened, what was ``kept``, what to do (``advice``); each one sentence, the latter two may be empty. ``detail``:
    for the log only. ``has_report``: an error report would help whoever looks after the program."""

    topic: str
    what: str
    kept: str = ""
    advice: str = ""
    severity: Severity = "error"
    detail: str = ""
    has_report: bool = False

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.kept, self.advice) if part)
