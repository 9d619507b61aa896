"""Pictures of the evidence, as they were fetched: by the hash that names them."""

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

MOST_PICTURES = 72
"""At 640 × 360 some 65 MB; those not looked at for longest go first."""
WANTED_PICTURES = 48
"""No more are asked for at once: they must not push out each other."""


class ExhibitPictures(QObject):
    """``changed`` carries the frozenset of hashes that came, or that are known now not to come."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: OrderedDict[str, QImage] = OrderedDict()
        self._missing: dict[str, str] = {}

    def get(self, sha256: str) -> QImage | None:
        """None while it is not there."""
        picture = self._pictures.get(sha256)
        if picture is not None:
            self._pictures.move_to_end(sha256)
        return picture

    def why_missing(self, sha256: str) -> str:
        """Why it will not come, in words; "" while it may."""
        return self._missing.get(sha256, "")

    def put(self, sha256: str, picture: QImage) -> None:
        self._missing.pop(sha256, None)
        self._pictures[sha256] = picture
        self._pictures.move_to_end(sha256)
        while len(self._pictures) > MOST_PICTURES:
            self._pictures.popitem(last=False)
        self.changed.emit(frozenset({sha256}))

    def miss(self, sha256: str, why: str) -> None:
        self._missing[sha256] = why
        self.changed.emit(frozenset({sha256}))

    def clear(self) -> None:
        gone = frozenset((*self._pictures, *self._missing))
        self._pictures.clear()
        self._missing.clear()
        if gone:
            self.changed.emit(gone)
