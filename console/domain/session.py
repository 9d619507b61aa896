"""Who is at the desk."""

from dataclasses import dataclass

from console.domain.problem import Problem
from store_client.contract.session import Permission, User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``user`` None: nobody yet. ``is_locked``: the desk was idle and wants the password again. ``is_busy``: an
    answer of the store is awaited. ``problem``: why the last try failed. ``demo_roles``: the made-up users
    of an embedded store, at which one signs in without a password."""

    user: User | None = None
    is_locked: bool = False
    is_busy: bool = False
    problem: Problem | None = None
    asked_user: str = ""
    demo_roles: tuple[str, ...] = ()

    def may(self, permission: Permission | None) -> bool:
        """True if the user holds ``permission``; None needs nothing but a user."""
        return self.may_any(() if permission is None else (permission,))

    def may_any(self, permissions: tuple[Permission, ...]) -> bool:
        """True if the user holds one of them; none at all needs nothing but a user."""
        if self.user is None:
            return False
        return not permissions or any(permission in self.user.permissions for permission in permissions)
