"""What the store refuses to do, and why: raised by the rules, told to the client as an RFC 9457 problem by http."""

from collections.abc import Sequence

from store_client.contract.cause import Cause
from store_client.contract.problem import NAMES, FieldError


class Refusal(Exception):
    """``name``: one of contract.problem.NAMES; ``detail``: one sentence a person can act on; ``errors``: wrong fields;
    ``cause``: the same as ``detail`` for desks that have words of their own for it (see store_server.cause.refused)."""

    def __init__(self, name: str, detail: str, errors: Sequence[FieldError] = (), cause: Cause | None = None) -> None:
        if name not in NAMES:
            raise ValueError(f"not the name of a problem: {name!r}")
        super().__init__(name, detail)
        self.name = name
        self.detail = detail
        self.errors = list(errors)
        self.cause = cause

    def __str__(self) -> str:
        fields = "; ".join(f"{error.field}: {error.detail}" for error in self.errors)
        return f"{self.name}: {self.detail}" + (f" ({fields})" if fields else "")
