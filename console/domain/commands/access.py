"""Going to a store and leaving it; who is at the desk."""

from dataclasses import dataclass, field

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class OpenDemo(Command):
    """Goes to the embedded store, and signs in there."""


@dataclass(frozen=True, slots=True)
class Connect(Command):
    """Goes to the store at ``url``, as somebody typed it. ``pin``: the fingerprint of the certificate that was shown and
    agreed to."""

    url: str
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class LeaveStore(Command):
    """To choose another; whoever is signed in is signed out."""


@dataclass(frozen=True, slots=True)
class SignIn(Command):
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInDemo(Command):
    """As one of the embedded store's made-up users, whose passwords the desk knows."""

    role: str


@dataclass(frozen=True, slots=True)
class SignOut(Command):
    pass


@dataclass(frozen=True, slots=True)
class Lock(Command):
    pass


@dataclass(frozen=True, slots=True)
class Unlock(Command):
    """``password``: empty where the desk knows it, as at the embedded store."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChooseStore(Command):
    store: str
