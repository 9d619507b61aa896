"""Who does something at the desk."""

from dataclasses import dataclass

from store_client.contract.money import Money
from store_client.contract.session import Permission, Role
from store_server.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user. ``refund_limit``: the most they may refund without another's approval; ``is_fresh``: their
    password was given just now."""

    user_id: str
    name: str
    role: Role
    permissions: frozenset[Permission]
    refund_limit: Money
    is_fresh: bool = False

    def require(self, permission: Permission) -> None:
        """Raises Refusal("not-permitted") for who may not."""
        if permission not in self.permissions:
            raise Refusal("not-permitted", f"the role {self.role} may not do this: it needs the right '{permission}'")

    def require_fresh(self) -> None:
        """Raises Refusal("step-up-needed") unless the password was given just now."""
        if not self.is_fresh:
            raise Refusal("step-up-needed", "enter your password again: this needs a fresh proof that it is you")
