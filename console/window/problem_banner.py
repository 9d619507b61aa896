"""The worst of what went wrong, over the screens."""

from typing import Literal

from PySide6.QtWidgets import QWidget

from console.domain.problem import Problem, Severity
from console.state.desk import Desk
from resources.theme import Theme
from widgets.banner import Banner, Notice

_SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")
_SHOWN: dict[Severity, Literal["info", "warning", "danger"]] = {"note": "info", "warning": "warning", "error": "danger"}


class ProblemBanner(Banner):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget) -> None:
        """``parent``: a banner of its own would be a window as soon as it has something to say."""
        super().__init__(theme, parent)
        self._desk = desk
        self.dismissed.connect(self._settle)
        desk.problems.changed.connect(self._follow)
        self._follow(desk.problems.value)

    def _follow(self, problems: tuple[Problem, ...]) -> None:
        if not problems:
            self.show_notice(None)
            return
        # Of those that are equally bad the one that tells what became of somebody's work.
        worst = max(problems, key=lambda problem: (_SEVERITIES.index(problem.severity), bool(problem.kept)))
        action = self.tr("Show the report") if worst.has_report else ""
        shown = _SHOWN[worst.severity]
        self.show_notice(Notice(shown, worst.what, worst.kept, worst.advice, action, key=worst.topic))

    def _settle(self, notice: Notice) -> None:
        if isinstance(notice.key, str):
            self._desk.problems.settle(notice.key)
