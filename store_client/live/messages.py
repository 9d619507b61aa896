"""Bytes on the live subjects to messages of the contract."""

from collections.abc import Mapping
from typing import Any

import msgspec

from store_client.contract.decoding import MsgpackDecoder, msgpack_decoder
from store_client.contract.live import (
    VERSION,
    AlertMessage,
    Event,
    Health,
    Kind,
    Positions,
    Scan,
    Weights,
)
from store_client.contract.possible import has_moments, wrong_with
from store_client.contract.unreadable import UNREADABLE

LiveMessage = Weights | Positions | Event | Scan | Health | AlertMessage


class Head(msgspec.Struct, frozen=True):
    """What every version of every message has: enough to know which one it is. ``kind``: of an event."""

    epoch: str
    seq: int
    measured_at: int
    sent_at: int
    v: int = VERSION
    kind: str = ""


class Garbled(Exception):
    """Not a message of the contract."""


class OtherVersion(Exception):
    """A message of another version of the contract."""


_DECODERS: Mapping[Kind, MsgpackDecoder[Any]] = {
    "weights": msgpack_decoder(Weights),
    "positions": msgpack_decoder(Positions),
    "events": msgpack_decoder(Event),
    "scans": msgpack_decoder(Scan),
    "health": msgpack_decoder(Health),
    "alerts": msgpack_decoder(AlertMessage),
}
_HEAD = msgpack_decoder(Head)


def read_head(data: bytes) -> Head:
    """Raises Garbled."""
    try:
        return _HEAD.decode(data)
    except UNREADABLE as error:
        raise Garbled(str(error)) from error


def read_message(kind: Kind, data: bytes, head: Head) -> LiveMessage:
    """The message whose head is ``head``. Raises Garbled, OtherVersion."""
    if head.v != VERSION:
        raise OtherVersion(f"version {head.v} of {kind}; this desk knows version {VERSION}")
    try:
        message: LiveMessage = _DECODERS[kind].decode(data)
    except UNREADABLE as error:
        raise Garbled(str(error)) from error
    wrong = wrong_with(message) if has_moments(message) else "a moment that no calendar has"
    if wrong:
        raise Garbled(wrong)
    return message
