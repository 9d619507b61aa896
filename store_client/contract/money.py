"""Money: whole minor units of one currency, never a float."""

from typing import Annotated, Self

import msgspec

from store_client.contract.pattern import END

Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}" + END, description="ISO 4217")]
BasisPoints = Annotated[int, msgspec.Meta(ge=0, le=10_000, description="hundredths of a percent")]


class Money(msgspec.Struct, frozen=True):
    """An amount in minor units (cents). Adding two currencies is a ValueError, not a guess."""

    minor: int
    currency: Currency

    def _same(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")

    def __add__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.minor - other.minor, self.currency)

    def __mul__(self, quantity: int) -> Self:
        return type(self)(self.minor * quantity, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)
