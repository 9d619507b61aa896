"""A real desk in this process, without its main(): for tests that look into its state."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.app import App
from console.credentials import Credentials, InMemory
from console.domain.commands.access import SignIn
from console.embedded import EmbeddedStore
from console.garbage import Collector
from console.options import Embedded, Options
from console.paths import find_paths
from console.shell import Shell
from console.state.desk import Desk


def leave_out_hints(desk: Desk) -> None:
    """As for somebody who has seen them: they stand over the screens, and take the keys."""
    desk.preferences.set(replace(desk.preferences.value, has_seen_hints=True))


class RunningDesk:
    """Built as ``console.begin`` builds it; ``stop`` ends all that it started."""

    def __init__(
        self,
        folder: Path,
        *,
        store: str | None = None,
        embedded: Embedded | None = None,
        find_secrets: Callable[[], Credentials] = InMemory,
        has_hints: bool = False,
    ) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        paths = find_paths(folder)
        paths.make()
        self.embedded = None if embedded is None else EmbeddedStore(embedded, paths.store)
        if self.embedded is not None:
            self.embedded.start()
        self.shell = Shell(application, paths)
        Collector(self.shell.window)
        if not has_hints:
            leave_out_hints(self.shell.desk)
        self.app = App(self.shell, Options(store=store, embedded=embedded), paths, self.embedded, find_secrets)
        self.desk = self.app.desk
        self.app.start()

    def sign_in(self, user: str, password: str) -> None:
        self.desk.commands.emit(SignIn(user, password))

    def stop(self) -> None:
        self.app.stop()
        self.shell.window.hide()
        self.shell.window.deleteLater()
        self.app.deleteLater()
