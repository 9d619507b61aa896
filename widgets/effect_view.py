"""What a decision would do, before anything is sent."""

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QWidget

from resources.theme import Theme
from widgets.amount import Amount


@dataclass(frozen=True, slots=True)
class TaxEffect:
    rate: int  # basis points
    net: Amount
    tax: Amount


@dataclass(frozen=True, slots=True)
class StockEffect:
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Effect:
    """Changes; negative amounts go to the shopper. ``refund``: what is paid back, positive."""

    net: Amount
    taxes: tuple[TaxEffect, ...]
    total: Amount
    refund: Amount
    stock: tuple[StockEffect, ...]
    needs_approval: bool = False


class EffectView(QFrame):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def show_effect(self, effect: Effect | None) -> None:
        """None: nothing decided yet."""
        raise NotImplementedError

    def show_waiting(self) -> None:
        """While the store is asked."""
        raise NotImplementedError
