"""What a case file that was fetched says of itself."""

import zipfile
from pathlib import Path

from store_client.contract.case_file import MANIFEST, FileManifest, LackingClip
from store_client.contract.decoding import from_json
from store_client.contract.unreadable import UNREADABLE
from store_client.errors import BadAnswer

MOST_SAID = 16 << 20
"""Bytes of a manifest."""


def lacking_clips(path: Path) -> list[LackingClip]:
    """The clips that the file would hold, had they been there. (Whether it is whole and whose signature it bears, whoever
    opens it asks.) Raises BadAnswer where it is no case file, OSError where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as file, file.open(MANIFEST) as manifest:
            return from_json(manifest.read(MOST_SAID), FileManifest).lacking_clips
    except (zipfile.BadZipFile, KeyError, NotImplementedError, *UNREADABLE) as error:
        raise BadAnswer(f"the case file's manifest cannot be read: {error}") from error
