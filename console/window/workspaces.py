"""How the desk was left, and how it is wanted at other times of the day: arrangements by name."""

from collections.abc import Callable
from typing import Protocol

from console.domain.commands.showing import DropWorkspace, OpenWorkspace, SaveWorkspace
from console.state.desk import Desk
from console.storage.settings import SavedWorkspaces, WindowState

WORKSPACES = "workspaces"


class Arranged(Protocol):
    """What can be arranged: windows, screens and panels."""

    def arrangement(self) -> WindowState: ...

    def arrange(self, state: WindowState) -> None: ...


class Workspaces:
    def __init__(
        self, desk: Desk, kept: SavedWorkspaces, arranged: Arranged, keep: Callable[[SavedWorkspaces], None]
    ) -> None:
        """``kept``: as ``keep`` was given it last."""
        self._desk = desk
        self._named = dict(kept.named)
        self._arranged = arranged
        self._keep = keep
        desk.workspaces.set(tuple(self._named))

    def save(self, command: SaveWorkspace) -> None:
        self._put(self._named | {command.name: self._arranged.arrangement()})

    def open(self, command: OpenWorkspace) -> None:
        if command.name in self._named:
            self._arranged.arrange(self._named[command.name])

    def drop(self, command: DropWorkspace) -> None:
        self._put({name: state for name, state in self._named.items() if name != command.name})

    def _put(self, named: dict[str, WindowState]) -> None:
        self._named = named
        self._desk.workspaces.set(tuple(named))
        self._keep(SavedWorkspaces(dict(named)))
