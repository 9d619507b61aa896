"""``python -m store_server case verify FILE``: whether a case file is as its store made it, checked without the store."""

from collections.abc import Sequence
from pathlib import Path

from store_server.desk.case_check import check
from store_server.sealed import run_verify


def run(arguments: Sequence[str]) -> int:
    """0: the file is whole and signed; 1: it is not. Raises Unusable."""
    return run_verify("case", "a case file", list(arguments), _said)


def _said(file: Path, key: str | None) -> str:
    checked = check(file, key)
    manifest = checked.manifest
    lacking = f" (and {len(manifest.lacking_clips)} of which nothing is there)" if manifest.lacking_clips else ""
    return (
        f"valid: case {manifest.number} of store {manifest.store} with {len(manifest.exhibits)} exhibits "
        f"and {len(manifest.clips)} clip(s){lacking}, "
        f"made {manifest.made_at.isoformat(timespec='seconds')} for {manifest.made_by}, signed with the key {checked.key}"
    )
