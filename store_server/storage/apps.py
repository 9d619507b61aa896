"""The shopper's own channel: apps that may open cases for their users. Of their keys only hashes are kept."""

from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class AppRow(Base):
    """``key_hash``: SHA-256 of the key, which has 256 random bits and so needs no salt."""

    __tablename__ = "apps"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[int]
