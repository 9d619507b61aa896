"""``python -m store_server case verify FILE``: whether a case file is as its store made it, checked without the store."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from store_server.desk.case_check import Checked, NotValid, check
from store_server.options import Unusable


def run(arguments: Sequence[str]) -> int:
    """0: the file is whole and signed; 1: it is not, for the reason on standard output. Raises Unusable if it cannot
    be read."""
    given = _parser().parse_args(arguments)
    try:
        checked = check(given.file, given.key)
    except NotValid as reason:
        sys.stdout.write(f"NOT VALID: {reason}\n")
        return 1
    except OSError as error:
        raise Unusable(f"case verify: {error.strerror}: {str(given.file)!r}") from error
    sys.stdout.write(f"{_said(checked, is_keyed=given.key is not None)}\n")
    return 0


def _said(checked: Checked, *, is_keyed: bool) -> str:
    manifest = checked.manifest
    said = (
        f"valid: case {manifest.number} of store {manifest.store} with {len(manifest.exhibits)} exhibits, "
        f"made {manifest.made_at.isoformat(timespec='seconds')} for {manifest.made_by}, signed with the key {checked.key}"
    )
    return said if is_keyed else f"{said} (that this is the store's own was not checked: --key)"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Unusable(f"case verify: {message}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m store_server case", description="Files of cases.", allow_abbrev=False)
    verify = parser.add_subparsers(required=True, metavar="verify").add_parser(
        "verify", help="check a file", description="Checks a case file without its store.", allow_abbrev=False
    )
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--key", type=_key, metavar="HEX", help="the public key with which it must be signed")
    return parser


def _key(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"not an Ed25519 public key, 64 hex digits: {text!r}")
    return text
