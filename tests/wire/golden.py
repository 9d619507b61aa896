"""The files that hold the bytes of each example.

What goes over HTTP is kept as JSON, what goes over NATS as msgpack in hexadecimal. The files are what desks and
stores in the field send: a change of one is a change of the contract.
"""

import json
from pathlib import Path

import msgspec

from tests.wire.examples import EXAMPLES, ON_NATS, TYPES

FOLDER = Path(__file__).parent / "golden"


def file_of(name: str) -> Path:
    return FOLDER / f"{name}.{'hex' if name in ON_NATS else 'json'}"


def encoded(name: str) -> str:
    """What the file of an example holds, from what the code of today sends."""
    example = EXAMPLES[name]
    if name in ON_NATS:
        digits = msgspec.msgpack.encode(example).hex()
        return "".join(f"{digits[start : start + 96]}\n" for start in range(0, len(digits), 96))
    return json.dumps(json.loads(msgspec.json.encode(example)), indent=2, ensure_ascii=False) + "\n"


def kept(name: str) -> msgspec.Struct:
    """The example as the code of today reads it from its file."""
    text = file_of(name).read_text(encoding="utf-8")
    message: msgspec.Struct
    if name in ON_NATS:
        message = msgspec.msgpack.decode(bytes.fromhex(text), type=TYPES[name])
    else:
        message = msgspec.json.decode(text, type=TYPES[name])
    return message


def renew() -> None:
    """Writes all files anew, and removes those of structs that are no more."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name in EXAMPLES:
        file_of(name).write_text(encoded(name), encoding="utf-8", newline="\n")
