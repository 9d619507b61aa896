"""Idempotency keys with their first answers, kept for ever.

Payment providers forget theirs (24 h is common, 30 min exists); after that the same key would be a new refund.
"""

from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class RememberedRow(Base):
    __tablename__ = "remembered"

    key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    fingerprint: Mapped[str]
    answer: Mapped[str]
    at_us: Mapped[int]
