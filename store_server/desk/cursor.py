"""Cursors of lists: where the next page begins, opaque to the client."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec

from store_client.contract.decoding import from_json
from store_client.contract.page import Page
from store_client.contract.problem import FieldError
from store_client.contract.unreadable import UNREADABLE
from store_server.refusal import Refusal

MOST = 500
Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Text = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*$")]
"""What a key is made of, as far as every database can compare it."""
Row = TypeVar("Row")
Item = TypeVar("Item")
Key = TypeVar("Key")


def read_cursor(cursor: str | None, kind: type[Key]) -> Key | None:
    """The key after which to go on. Raises Refusal("bad-request") for what this server did not make."""
    if cursor is None:
        return None
    try:
        return from_json(base64.urlsafe_b64decode(cursor.encode("ascii")), kind)
    except (binascii.Error, UnicodeError, *UNREADABLE) as error:
        detail = "not a cursor of this list: begin again without one"
        raise Refusal("bad-request", detail, [FieldError("cursor", detail)]) from error


def checked_limit(limit: int) -> int:
    if not 1 <= limit <= MOST:
        raise Refusal("bad-request", f"a page has 1 to {MOST} items", [FieldError("limit", f"1 to {MOST}")])
    return limit


def make_page(
    rows: Sequence[Row], limit: int, item: Callable[[Row], Item], key: Callable[[Row], tuple[object, ...]]
) -> Page[Item]:
    """A page of the first ``limit`` of ``rows``, of which one more was asked for than is shown."""
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        following = base64.urlsafe_b64encode(msgspec.json.encode(key(shown[-1]))).decode("ascii")
    return Page([item(row) for row in shown], following)
