"""Finding receipts and opening one."""

from dataclasses import dataclass

from console.domain.commands.command import Command
from console.domain.listing import ReceiptQuery


@dataclass(frozen=True, slots=True)
class SearchReceipts(Command):
    query: ReceiptQuery


@dataclass(frozen=True, slots=True)
class MoreReceipts(Command):
    pass


@dataclass(frozen=True, slots=True)
class OpenReceipt(Command):
    """None closes it."""

    receipt: str | None


@dataclass(frozen=True, slots=True)
class Find(Command):
    """Asks for receipts that fit what is typed in the palette (state: ``Desk.found``)."""

    text: str
