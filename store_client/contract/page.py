"""A page of a list: newest first unless its resource says otherwise."""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """``next`` is the cursor of the following page, None on the last one."""

    items: list[T]
    next: str | None = None
