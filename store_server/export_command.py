"""``python -m store_server export verify FOLDER``: whether an export is as its store made it, checked without the store."""

from collections.abc import Sequence
from pathlib import Path

from store_client.contract.moment import from_micros
from store_server.sealed import run_verify
from store_server.sensing.export.check import check


def run(arguments: Sequence[str]) -> int:
    """0: it is whole and signed; 1: it is not. Raises Unusable."""
    return run_verify("export", "an export, its folder or archive,", list(arguments), _said)


def _said(path: Path, key: str | None) -> str:
    checked = check(path, key)
    manifest = checked.manifest
    since, until = (from_micros(us).isoformat(timespec="seconds") for us in (manifest.begins_at, manifest.ends_at))
    return (
        f"valid: {len(manifest.files)} files of store {manifest.store} from {since} to {until}, faces {manifest.faces}, "
        f"made {manifest.made_at.isoformat(timespec='seconds')} for {manifest.made_by}, signed with the key {checked.key}"
    )
