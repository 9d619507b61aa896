"""What a store has signed and anybody can check without it: a manifest that names files by their hashes, and its signature.

Case files and exports are both such: they differ in what they hold and in what is signed (``text``), not in the way.
"""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import msgspec

from store_client.contract.case_file import FileSignature
from store_client.contract.decoding import from_json
from store_client.contract.unreadable import UNREADABLE
from store_server.options import Unusable
from store_server.signing import Signer, verify

S = TypeVar("S", bound=msgspec.Struct)


class NotValid(Exception):
    """The files are not as their store made them. One sentence that says why."""


def canonical(value: object) -> bytes:
    """The one way to write it: JSON, keys sorted, no spaces."""
    return msgspec.json.encode(value, order="sorted")


def signature_of(signer: Signer, text: bytes) -> bytes:
    """The file that holds the signature of ``text``."""
    return canonical(FileSignature(signer.public, signer.sign(text)))


def signer_of(signature: bytes, name: str, text: bytes, key: str | None) -> str:
    """Whose key ``text`` is signed with, as the file ``signature`` (called ``name``) says. Raises NotValid if it is
    not, or with another than ``key`` (hex; any if None)."""
    said = decoded(name, signature, FileSignature)
    if key is not None and said.key != key.lower():
        raise NotValid(f"it is signed with another key, {said.key}")
    if not verify(said.key, text, said.signature):
        raise NotValid("its signature is not that of its manifest")
    return said.key


def decoded(name: str, content: bytes, kind: type[S]) -> S:
    """Raises NotValid."""
    try:
        found = from_json(content, kind)
    except UNREADABLE as error:
        raise NotValid(f"{name} is not of its form: {error}") from error
    return found


def run_verify(word: str, what: str, arguments: list[str], check: Callable[[Path, str | None], str]) -> int:
    """``python -m store_server <word> verify FILE [--key HEX]``. ``check`` says what is in order. 0: it is whole and
    signed; 1: it is not, for the reason on standard output. Raises Unusable if it cannot be read."""
    given = _parser(word, what).parse_args(arguments)
    try:
        said = check(given.file, given.key)
    except NotValid as reason:
        sys.stdout.write(f"NOT VALID: {reason}\n")
        return 1
    except OSError as error:
        raise Unusable(f"{word} verify: {error.strerror}: {str(given.file)!r}") from error
    unkeyed = "" if given.key is not None else " (that this is the store's own was not checked: --key)"
    sys.stdout.write(f"{said}{unkeyed}\n")
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Unusable(f"{self.prog.split()[3]} verify: {message}")


def _parser(word: str, what: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=f"python -m store_server {word}", description=f"Checks {what}.", allow_abbrev=False)
    verify = parser.add_subparsers(required=True, metavar="verify").add_parser(
        "verify", help="check one", description=f"Checks {what} without the store.", allow_abbrev=False
    )
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--key", type=_key, metavar="HEX", help="the public key with which it must be signed")
    return parser


def _key(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"not an Ed25519 public key, 64 hex digits: {text!r}")
    return text
