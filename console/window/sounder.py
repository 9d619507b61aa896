"""Plays the desk's tones by what the system has for it; where there is nothing, the system's own beep.

Qt's sounds are in QtMultimedia, which is in a package of its own with FFmpeg and more in it than all that the desk shows.
"""

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTemporaryDir, QTimer
from PySide6.QtWidgets import QApplication

from resources.tones import TONES, ToneName, tone

_PLAYERS: tuple[tuple[str, ...], ...] = (("afplay",), ("pw-play",), ("paplay",), ("aplay", "-q"))
"""In the order in which they are looked for; each takes the name of a file last."""


def find_player(which: Callable[[str], str | None] = shutil.which) -> Sequence[str]:
    """The words of a command that plays a WAV file; none where there is no such."""
    if sys.platform == "win32":
        return ()
    return next((words for words in _PLAYERS if which(words[0]) is not None), ())


PATIENCE_MS = 5_000
"""No tone takes so long: a player that does hangs, and would keep all others from being heard."""


class Sounder(QObject):
    """A tone that is still being played is not begun again; one that is more urgent comes after it. ``player``: see
    find_player; looked for at the first need."""

    def __init__(self, parent: QObject | None = None, player: Sequence[str] | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._folder: QTemporaryDir | None = None
        self._files: dict[ToneName, Path] = {}
        self._playing: ToneName | None = None
        self._next: ToneName | None = None
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_of_the_system())
        self._process.finished.connect(self._go_on)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._process.kill)

    def play(self, name: ToneName) -> None:
        if self._player is None:
            self._player = find_player()
        if sys.platform == "win32":
            _play_on_windows(self._file(name))
        elif not self._player:
            QApplication.beep()
        elif self._process.state() == QProcess.ProcessState.NotRunning:
            self._playing, self._next = name, None
            self._process.start(self._player[0], [*self._player[1:], str(self._file(name))])
            self._patience.start()
        elif _is_more_urgent(name, self._playing) and _is_more_urgent(name, self._next):
            self._next = name

    def _go_on(self) -> None:
        self._patience.stop()
        if self._next is not None:
            self.play(self._next)

    def stop(self) -> None:
        self._next = None
        self._patience.stop()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(1_000)

    def _file(self, name: ToneName) -> Path:
        if self._folder is None:
            self._folder = QTemporaryDir()
        if name not in self._files:
            path = Path(self._folder.path()) / f"{name}.wav"
            path.write_bytes(tone(name))
            self._files[name] = path
        return self._files[name]


def _of_the_system() -> QProcessEnvironment:
    """As it was before a bundle put its own libraries first: with those a program of the system may not start."""
    environment = QProcessEnvironment.systemEnvironment()
    if getattr(sys, "frozen", False):
        environment.insert("LD_LIBRARY_PATH", environment.value("LD_LIBRARY_PATH_ORIG"))
    return environment


def _is_more_urgent(name: ToneName, other: ToneName | None) -> bool:
    return other is None or TONES.index(name) < TONES.index(other)


def _play_on_windows(file: Path) -> None:
    import winsound

    winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)  # type: ignore[attr-defined]
