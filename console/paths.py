"""Where the desk keeps its files."""

from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True, slots=True)
class Paths:
    """``data``: what must not be lost; ``logs``; ``store``: all that the embedded store keeps; ``pictures``: where
    snapshots are saved unless another place is named."""

    data: Path
    logs: Path
    store: Path
    pictures: Path

    @property
    def database(self) -> Path:
        return self.data / "desk.sqlite"

    @property
    def settings(self) -> Path:
        return self.data / "settings.json"

    @property
    def lock(self) -> Path:
        return self.data / "desk.lock"

    @property
    def log(self) -> Path:
        return self.logs / "console.log"

    def make(self) -> None:
        """Makes the folders, for this user alone. Raises OSError where one cannot be made."""
        for folder in (self.data, self.logs, self.store):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def find_paths(data: Path | None) -> Paths:
    """All below ``data`` where it is given, else where this system's programs keep such things."""
    if data is not None:
        return Paths(data, data / "logs", data / "store", data / "pictures")
    places = PlatformDirs("Floorwalker", appauthor=False)
    base = Path(places.user_data_dir)
    return Paths(base, Path(places.user_log_dir), base / "store", Path(places.user_pictures_dir) / "Floorwalker")
