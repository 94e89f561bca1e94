"""Who acts: a person in a role, a link in an email, or Portal by itself."""

from dataclasses import dataclass, field
from uuid import UUID

from portal.domain.permissions import CUSTOMER_ROLES, EVERYWHERE, OPERATOR_ROLES, ROLE_NAMES


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one who asks or acts, with where from; the last argument, `by=`, of every operation that writes.

    `kind` is operator, customer, link, system or anonymous. `customer_id` is set where the actor may reach one customer
    only; `entity_ids` where an operator may reach the customers of some business entities only (None: of all). `words` name a
    role that the installation made. `origin` is the door: console, portal, link, sign_in, import, api, cli, worker.
    """

    kind: str
    origin: str
    name: str = ""
    user_id: UUID | None = None
    role: str = ""
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    entity_ids: frozenset[UUID] | None = None
    words: str = ""
    viewer: UUID | None = None
    """On a visit: the operator who looks, while all else is the person's whom they look as."""
    on_behalf_of: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset, repr=False)
    ip: str = ""
    device: str = ""
    request_id: str = ""

    def may(self, word: str) -> bool:
        """Tell whether the actor holds a permission."""
        return word in self.permissions

    def reaches(self, entity_id: UUID) -> bool:
        """Tell whether the actor may reach the customers of a business entity."""
        return self.entity_ids is None or entity_id in self.entity_ids

    @property
    def role_name(self) -> str:
        return self.words or ROLE_NAMES.get(self.role, self.role)

    @property
    def signed_in(self) -> bool:
        return (self.user_id is not None or self.viewer is not None) and self.kind in {"operator", "customer"}


ANONYMOUS = Actor(kind="anonymous", origin="sign_in")


def operator(
    *,
    user_id: UUID,
    name: str,
    role: str,
    words: str = "",
    permissions: frozenset[str] | None = None,
    entity_ids: frozenset[UUID] | None = None,
    **where: str,
) -> Actor:
    """Make the actor for an operator at the console.

    A role that the installation made comes with its name as `words` and its `permissions`. Whoever is limited to some
    business entities goes without the words about the whole business.
    """
    held = OPERATOR_ROLES.get(role, frozenset()) if permissions is None else permissions
    return Actor(
        kind="operator",
        origin="console",
        user_id=user_id,
        name=name,
        role=role,
        words=words,
        permissions=held if entity_ids is None else held - EVERYWHERE,
        entity_ids=entity_ids,
        **where,
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
