"""How much of each limit is used: what people gave back without having to ask another, in sums that cannot be split."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base

SCOPES = "scope IN ('receipt', 'shopper', 'agent_day')"


class LimitRow(Base):
    """``used``: minor units, the sum of the uses that have not ended. Changed by one statement, whose answer says
    whether the limit is passed: two decisions at once cannot both be the last that fits."""

    __tablename__ = "limits"
    __table_args__ = (CheckConstraint("used >= 0", name="used"), CheckConstraint(SCOPES, name="scope"))

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[int]


class LimitUseRow(Base):
    """What one refund uses of a limit. ``ended_us``: when that was given back, or fell out of the limit's window."""

    __tablename__ = "limit_uses"
    __table_args__ = (
        CheckConstraint("minor > 0", name="minor"),
        CheckConstraint(SCOPES, name="scope"),
        Index("ix_limit_uses_key", "scope", "key", "at_us"),
    )

    refund: Mapped[str] = mapped_column(ForeignKey("refunds.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    minor: Mapped[int]
    at_us: Mapped[int]
    ended_us: Mapped[int | None]
