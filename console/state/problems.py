"""What is wrong now, as banners show it: one problem a topic."""

from collections.abc import Collection

from PySide6.QtCore import QObject

from console.domain.problem import Problem
from console.state.value import Value


class Problems(Value[tuple[Problem, ...]]):
    """``changed`` carries those that stand, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)

    def say(self, problem: Problem) -> None:
        """In place of an earlier one of the same topic."""
        self.set((*(other for other in self.value if other.topic != problem.topic), problem))

    def settle(self, topic: str) -> None:
        """The topic is well again, or its banner was closed."""
        self.set(tuple(problem for problem in self.value if problem.topic != topic))

    def leave_only(self, topics: Collection[str]) -> None:
        """All others were another's."""
        self.set(tuple(problem for problem in self.value if problem.topic in topics))
