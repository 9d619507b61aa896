"""What is fuzzed: one way in, and what it may say of bytes that are not of its form."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.mutation import RAW, Form


@dataclass(frozen=True, slots=True)
class Target:
    """``read`` takes bytes and raises nothing: errors that a parser documents it has caught itself. ``seeds``: inputs of
    the true form, to begin with; ``form``: of what follows the first byte, which chooses among the parser's kinds."""

    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    form: Form = RAW
    longest: int = 8_192


def scratch() -> Path:
    """A folder for parsers of files. Whoever started this process takes it away."""
    return Path(tempfile.mkdtemp())
