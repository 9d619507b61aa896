"""What somebody wants exported."""

from dataclasses import dataclass

from store_client.contract.export import ExportKind


@dataclass(frozen=True, slots=True)
class Order:
    """[``since_us``, ``until_us``) of ``cameras`` (ids). ``by``: who is given it; ``is_clear``: with faces as they are."""

    cameras: tuple[str, ...]
    since_us: int
    until_us: int
    kind: ExportKind
    by: str
    is_clear: bool
