"""What is shown, and how it is arranged."""

from dataclasses import dataclass

from console.domain.choice import Choice
from console.domain.commands.command import Command
from console.domain.preferences import Preferences
from console.domain.screen_name import ScreenName


@dataclass(frozen=True, slots=True)
class ShowScreen(Command):
    name: ScreenName


@dataclass(frozen=True, slots=True)
class Choose(Command):
    """Makes ``choice`` what is chosen, on every screen (see ``Desk.choice``)."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class SetPreferences(Command):
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class SaveWorkspace(Command):
    """Keeps how windows and panels are arranged now (state: ``Desk.workspaces``), in the place of one of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class OpenWorkspace(Command):
    name: str


@dataclass(frozen=True, slots=True)
class DropWorkspace(Command):
    name: str
