"""The cast: the people every test may name."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import actors
from portal.model import BusinessEntity, Contact, Customer, Membership, Sender, User
from portal.model.user import OPERATOR_ROLES
from portal.values import emails
from tests import factories


@dataclass
class Cast:
    """Operators by role; `own`, a customer with three people; `neighbour`, another customer with an owner."""

    entity: BusinessEntity
    sender: Sender
    operators: dict[str, User]
    own: Customer
    own_contacts: dict[str, Contact]
    neighbour: Customer
    neighbour_contacts: dict[str, Contact]

    @classmethod
    def make(cls, session: Session) -> "Cast":
        entity, sender = factories.entity(session)
        operators = {role: operator(session, role) for role in OPERATOR_ROLES}
        own = factories.customer(session, entity, name="Grünwald & Jørgensen GmbH", email="marta@gruenwald.example", external_id="CUST-57")
        neighbour = factories.customer(session, entity, name="Nachbar AG", email="nora@nachbar.example", external_id="CUST-58")
        return cls(
            entity=entity,
            sender=sender,
            operators=operators,
            own=own,
            own_contacts={
                "owner": factories.primary(session, own, first_name="Marta", last_name="Grünwald"),
                "billing_manager": factories.contact(session, own, "bernd@gruenwald.example", role="billing_manager", first_name="Bernd"),
                "viewer": factories.contact(session, own, "vera@gruenwald.example", role="viewer", first_name="Vera"),
            },
            neighbour=neighbour,
            neighbour_contacts={"owner": factories.primary(session, neighbour, first_name="Nora", last_name="Nachbar")},
        )

    def operator(self, role: str = "owner") -> actors.Actor:
        """The actor for an operator of a role."""
        user = self.operators[role]
        return actors.operator(user_id=user.id, name=user.name, role=role)

    def person(self, role: str = "owner", *, at: str = "own") -> actors.Actor:
        """The actor for a person at one of the two customers."""
        contact = (self.own_contacts if at == "own" else self.neighbour_contacts)[role]
        return actors.customer(
            user_id=contact.user_id, name=contact.name, role=role, customer_id=contact.customer_id, contact_id=contact.id
        )


def operator(session: Session, role: str) -> User:
    address = f"{role}@northwind.example"
    user = User(email=address, email_key=emails.email_key(address), name=f"{role.capitalize()} Operator")
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, role=role))
    session.flush()
    return user
