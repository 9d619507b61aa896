"""Weight steps + positions + planogram → who took what, and how sure it is. Pure: no clock, no disk, no network."""

from collections.abc import Callable, Sequence

from store_client.contract.live import Positions, Weights
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_server.fusion.finding import Finding


class Fusion:
    """Takes messages as they arrive (weights within milliseconds, positions seconds late) and decides when both are in.

    ``watermark_us``: everything measured before it has been decided and handed out by ``findings``.
    """

    def __init__(self, planogram: Planogram, products: Sequence[Product], *, new_id: Callable[[], str]) -> None:
        self.planogram = planogram
        self.products = {product.gtin: product for product in products}
        self._new_id = new_id
        self.watermark_us = 0

    def weights(self, message: Weights) -> None:
        """One gondola's batch, stamped in store time. Repeats and batches out of order are dropped."""

    def positions(self, message: Positions) -> None:
        """Everyone tracked at ``measured_at``, stamped in store time, with their trips."""

    def findings(self, now_us: int) -> list[Finding]:
        """Those that can be decided by ``now_us`` (store time): new ones, and revisions of earlier ones."""
        self.watermark_us = max(self.watermark_us, now_us - 3_000_000)
        return []
