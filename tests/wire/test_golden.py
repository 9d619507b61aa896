"""The golden messages: what is sent is what was always sent, and what was sent is still understood."""

import importlib
import pkgutil
from typing import Any

import msgspec
import pytest

import store_client.contract
from tests.wire.examples import EXAMPLES, LIVE, ON_NATS, TYPES
from tests.wire.golden import FOLDER, encoded, file_of, kept

INNER = {"ClaimedLine", "AddedLine", "DecidedLine"}
"""Parts of what a client sends: as strict as the whole."""
REQUESTS = sorted(name for name in EXAMPLES if name.endswith("Request") or name in INNER)
MAPS = sorted(name for name, example in EXAMPLES.items() if not type(example).__struct_config__.array_like)


def structs() -> set[str]:
    """Every struct of the contract that is not a mere base."""
    found = set()
    for module in pkgutil.iter_modules(store_client.contract.__path__):
        names = vars(importlib.import_module(f"store_client.contract.{module.name}"))
        found |= {
            name
            for name, kind in names.items()
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not msgspec.Struct
        }
    return {name for name in found if not name.startswith("_")} - {"EventMessage"}


def test_every_struct_has_its_example_and_every_file_its_struct() -> None:
    assert set(EXAMPLES) == structs()
    assert {path.name for path in FOLDER.iterdir()} == {file_of(name).name for name in EXAMPLES}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_bytes_are_what_they_were(name: str) -> None:
    assert encoded(name) == file_of(name).read_text(encoding="utf-8"), "renew with: python -m tests.wire --renew"


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_what_was_sent_is_understood(name: str) -> None:
    assert kept(name) == EXAMPLES[name]


@pytest.mark.parametrize(("name", "part"), [("HistoryEntry", "causes"), ("RefundStep", "causes")])
def test_what_an_earlier_store_left_out_is_understood(name: str, part: str) -> None:
    earlier = {key: value for key, value in msgspec.to_builtins(EXAMPLES[name]).items() if key != part}
    read = msgspec.json.decode(msgspec.json.encode(earlier), type=TYPES[name])
    assert not getattr(read, part)


def with_a_later_field(name: str) -> dict[str, Any]:
    return {**msgspec.to_builtins(EXAMPLES[name], builtin_types=(bytes,)), "of_a_later_version": {"x": [1]}}


@pytest.mark.parametrize("name", sorted(set(MAPS) - set(REQUESTS)))
def test_a_client_leaves_aside_what_it_does_not_know(name: str) -> None:
    later = msgspec.msgpack.encode(with_a_later_field(name))
    assert msgspec.msgpack.decode(later, type=TYPES[name], strict=name in ON_NATS) == EXAMPLES[name]


@pytest.mark.parametrize("name", REQUESTS)
def test_a_store_refuses_what_it_does_not_know(name: str) -> None:
    later = msgspec.json.encode(with_a_later_field(name))
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(later, type=TYPES[name])


@pytest.mark.parametrize("example", LIVE, ids=lambda example: type(example).__name__)
def test_a_message_cut_short_is_never_taken_for_a_whole_one(example: msgspec.Struct) -> None:
    whole = msgspec.msgpack.encode(example)
    for length in range(len(whole)):
        with pytest.raises(msgspec.DecodeError):
            msgspec.msgpack.decode(whole[:length], type=type(example))
