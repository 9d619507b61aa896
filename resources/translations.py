"""The languages of the desk, served to Qt's translation from catalogues of JSON (why not .qm files: see DECISIONS.md).

A catalogue is ``{context: {source: translation}}``; where a text counts (``%n``) its translation is the pair
``[one, many]``. There is one file for each package that has texts, so that two hands seldom meet in one.

Qt reads them as what it reads by itself, a compiled catalogue (a .qm), but made in memory. For Qt asks for texts on any
thread and behind its own locks: a reader of pictures does. Were it Python that answers there, the interpreter could pass
to a thread that waits for that very lock, and both would wait for ever, the window with them.
"""

import json
import struct
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QTranslator

from resources.files import catalogues, languages

Catalogue = dict[str, dict[str, str | list[str]]]

_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES, _PLURALS = 0x42, 0x69, 0x88
_TRANSLATION, _SOURCE, _CONTEXT, _END = 3, 6, 7, b"\x01"
_ONE_IS_SINGULAR = b"\x01\x01"
"""The rule of English and German: the first form where the number equals 1."""


def read_catalogue(path: Path) -> Catalogue:
    catalogue: Catalogue = json.loads(path.read_text(encoding="utf-8"))
    return catalogue


class CatalogueTranslator(QTranslator):
    """Answers Qt's questions for a text from catalogues; a text it does not have is left to the next translator."""

    def __init__(self, found: list[Catalogue]) -> None:
        super().__init__()
        self._compiled = compiled(found)  # Qt reads in it, and keeps no copy
        self.load(self._compiled)


def compiled(found: list[Catalogue]) -> bytes:
    """The catalogues as Qt's own reader of .qm files wants them (its source: qtranslator.cpp). Of two translations of
    the same text the later catalogue's holds."""
    texts = {
        (context, source): translation
        for catalogue in found
        for context, sources in catalogue.items()
        for source, translation in sources.items()
    }
    if not texts:
        return b""
    messages = bytearray()
    places: list[tuple[int, int]] = []
    for (context, source), translation in texts.items():
        places.append((_hash(source.encode()), len(messages)))
        for one in translation if isinstance(translation, list) else [translation]:
            messages += _field(_TRANSLATION, one.encode("utf-16-be"))
        messages += _field(_SOURCE, source.encode()) + _field(_CONTEXT, context.encode()) + _END
    hashes = b"".join(struct.pack(">II", *place) for place in sorted(places))
    return _MAGIC + _field(_HASHES, hashes) + _field(_MESSAGES, bytes(messages)) + _field(_PLURALS, _ONE_IS_SINGULAR)


def _field(tag: int, value: bytes) -> bytes:
    return struct.pack(">BI", tag, len(value)) + value


def _hash(source: bytes) -> int:
    """Qt finds a text by the hash that object files of ELF use."""
    hashed = 0
    for byte in source:
        hashed = (hashed << 4) + byte
        high = hashed & 0xF0000000
        hashed = (hashed ^ high >> 24) & 0x0FFFFFFF
    return hashed or 1


def translator(language: str) -> QTranslator:
    """A translator into ``language`` ("en", "de"), for ``QCoreApplication.installTranslator``.

    Raises ValueError for a language that has no catalogue. English has one too: for the plurals.
    """
    if language not in languages():
        raise ValueError(f"no texts in {language!r}; there are {', '.join(languages())}")
    return CatalogueTranslator([read_catalogue(path) for path in catalogues(language)])


def qt_translator(language: str) -> QTranslator:
    """What Qt itself says, as in the menu of a field and where a file is chosen, by the catalogue that comes with it."""
    made = QTranslator()
    made.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    return made
