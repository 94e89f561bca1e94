"""Who acts: a person in a role, a link in an email, or Portal by itself."""

from dataclasses import dataclass, field
from uuid import UUID

from portal.domain.permissions import CUSTOMER_ROLES, OPERATOR_ROLES


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one who asks or acts, with where from; the last argument, `by=`, of every operation that writes.

    `kind` is operator, customer, link, system or anonymous. `customer_id` is set where the actor may reach one customer
    only. `origin` is the door: console, portal, link, sign_in, import, api, cli, worker.
    """

    kind: str
    origin: str
    name: str = ""
    user_id: UUID | None = None
    role: str = ""
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    permissions: frozenset[str] = field(default_factory=frozenset, repr=False)
    ip: str = ""
    device: str = ""
    request_id: str = ""

    def may(self, word: str) -> bool:
        """Tell whether the actor holds a permission."""
        return word in self.permissions

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None and self.kind in {"operator", "customer"}


ANONYMOUS = Actor(kind="anonymous", origin="sign_in")


def operator(*, user_id: UUID, name: str, role: str, **where: str) -> Actor:
    """Make the actor for an operator at the console."""
    return Actor(
        kind="operator", origin="console", user_id=user_id, name=name, role=role, permissions=OPERATOR_ROLES.get(role, frozenset()), **where
    )


def customer(*, user_id: UUID, name: str, role: str, customer_id: UUID, contact_id: UUID, **where: str) -> Actor:
    """Make the actor for a person at a customer, in the portal."""
    return Actor(
        kind="customer",
        origin="portal",
        user_id=user_id,
        name=name,
        role=role,
        customer_id=customer_id,
        contact_id=contact_id,
        permissions=CUSTOMER_ROLES.get(role, frozenset()),
        **where,
    )


def link_holder(*, name: str, customer_id: UUID, contact_id: UUID, **where: str) -> Actor:
    """Make the actor for one who holds an emailed link, signed in or not."""
    return Actor(kind="link", origin="link", name=name, customer_id=customer_id, contact_id=contact_id, **where)


def system(origin: str, name: str = "") -> Actor:
    """Make the actor for what Portal does by itself (worker) or an administrator does at the terminal (cli)."""
    return Actor(kind="system", origin=origin, name=name, permissions=OPERATOR_ROLES["owner"])
