"""Bytes and plain values to structs: the one door to msgspec's decoders.

msgspec (0.22) puts together what it knows of a class when that is first decoded into, lets others see it half done
meanwhile, and crashes the process if another thread needs it then. So it is put together under a lock, once, before
anything is decoded. Decoders themselves may be used by any thread.
"""

import threading
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast, overload

import msgspec

T = TypeVar("T")
MsgpackDecoder = msgspec.msgpack.Decoder
_one_at_a_time = threading.Lock()


@cache
def _made(make: Callable[[Any], Any], kind: Any) -> Any:
    with _one_at_a_time:
        return make(kind)


def json_decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    return cast(msgspec.json.Decoder[T], _made(msgspec.json.Decoder, cast(Any, kind)))


@overload
def msgpack_decoder(kind: type[T]) -> MsgpackDecoder[T]: ...
@overload
def msgpack_decoder(kind: Any) -> MsgpackDecoder[Any]: ...
def msgpack_decoder(kind: Any) -> MsgpackDecoder[Any]:
    return cast(MsgpackDecoder[Any], _made(MsgpackDecoder, kind))


@overload
def from_json(data: bytes | str, kind: type[T]) -> T: ...
@overload
def from_json(data: bytes | str, kind: Any) -> Any: ...
def from_json(data: bytes | str, kind: Any) -> Any:
    """``data`` as ``kind``, fields that it does not know left aside. Raises what is UNREADABLE."""
    return json_decoder(kind).decode(data)


def from_msgpack(data: bytes | memoryview, kind: type[T]) -> T:
    """As ``from_json``."""
    return msgpack_decoder(kind).decode(data)


def converted(value: object, kind: type[T]) -> T:
    """Plain values (dicts, lists, texts, numbers) as ``kind``. Raises msgspec.ValidationError."""
    json_decoder(kind)
    return msgspec.convert(value, kind)
