"""What an answer means: bytes to structs of the contract, or to the error that the store meant."""

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from store_client.contract.decoding import from_json
from store_client.contract.problem import Problem
from store_client.contract.unreadable import UNREADABLE
from store_client.errors import BadAnswer, StoreError, error_of

T = TypeVar("T")


def decode(body: bytes, kind: type[T]) -> T:
    """``body`` (JSON) as ``kind``, fields that it does not know left aside. Raises BadAnswer."""
    try:
        return from_json(body, kind)
    except UNREADABLE as error:
        raise BadAnswer(str(error), status=200) from error


def media_type(headers: Mapping[str, str]) -> str:
    """``type/subtype`` in lower case; ``headers``: names in lower case."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() or "something nameless"


def refusal(status: int, headers: Mapping[str, str], body: bytes) -> StoreError:
    """The error behind a 4xx or 5xx answer, also where a machine between us and the store gave it."""
    wait = _retry_after(headers.get("retry-after"))
    kind = media_type(headers)
    if kind in {"application/problem+json", "application/json"}:
        try:
            problem = from_json(body, Problem)
        except UNREADABLE:
            pass  # told apart below by the status alone
        else:
            return error_of(msgspec.structs.replace(problem, status=status), wait)
    detail = f"HTTP {status} with {kind} instead of a problem"
    if status >= 500 or status in {413, 429}:
        return error_of(Problem(title="the store could not answer", status=status, detail=detail), wait)
    return BadAnswer(detail, status)


def _retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3), which is a number or a date; None for anything else."""
    if value is None:
        return None
    try:
        is_number = value.strip().isdecimal()
        wait = float(value) if is_number else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, OverflowError):  # the latter of a year or a day with twenty digits
        return None
    return max(0.0, wait) if math.isfinite(wait) else None
