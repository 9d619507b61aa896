"""Who may sign in, and who is signed in. Of passwords and tokens only hashes are kept."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class UserRow(Base):
    """``password_hash``: argon2id, with its parameters; ``refund_limit``: minor units of the store's currency."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('staff','reviewer','agent','supervisor','admin','auditor')", name="role"),
        CheckConstraint("refund_limit >= 0", name="refund_limit"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    refund_limit: Mapped[int]
    made_at: Mapped[int]


class SessionRow(Base):
    """``ended_at`` is set when the user signs out, or when a refresh token is shown whose successors are in use."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    began_at: Mapped[int]
    ended_at: Mapped[int | None]
    stepped_up_until: Mapped[int | None]


class TokenRow(Base):
    """``hash``: SHA-256 of the token, which has 256 random bits and so needs no salt. ``used_at``: when an access
    token was shown first; when a refresh token was used up, by itself or by a pair that was given after it."""

    __tablename__ = "tokens"
    __table_args__ = (CheckConstraint("kind IN ('access','refresh')", name="kind"),)

    hash: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    kind: Mapped[str]
    expires_at: Mapped[int] = mapped_column(index=True)
    used_at: Mapped[int | None]


class AttemptRow(Base):
    """Passwords tried for a name since the last right one, whether or not there is a user of that name."""

    __tablename__ = "sign_in_attempts"

    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    first_at: Mapped[int] = mapped_column(index=True)
    locked_until: Mapped[int | None]
