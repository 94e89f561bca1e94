"""Rows of every kind that a route is about: those of one customer, and those of a neighbour at another business entity."""

from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select, update

from portal.domain import approvals, attributes, messages, roles, saved_views, statements, suppressions, wallets
from portal.domain.communications import choose
from portal.domain.letters import LETTERS, Words, versions
from portal.model import (
    Broadcast,
    BrowserSession,
    Contact,
    CreditGrant,
    Customer,
    EmailMessage,
    IdentityProvider,
    ImportJob,
    Membership,
    Passkey,
    ProviderIdentity,
    Sender,
    UnsentForm,
    User,
    WalletEntry,
)
from portal.values import clock, dkim, ids
from portal.values.sealed import Vault
from tests import factories
from tests.cast import Cast

Ids = dict[str, UUID | str]
dkim_key = lru_cache(dkim.new_key)
"""Made once: that takes longer than all the rows."""


def make(session, cast: Cast) -> dict[str, Ids]:
    """Make the rows; give the ids by the names that routes call them: at "own" and at "foreign"."""
    cast = Cast(**{name: session.merge(value) if hasattr(value, "id") else value for name, value in vars(cast).items()})
    elsewhere, _ = factories.entity(session, name="Southwind", is_default=False)
    session.execute(update(Customer).where(Customer.id == cast.neighbour.id).values(business_entity_id=elsewhere.id))
    session.expire_all()
    _limited(session, cast)
    shared = _shared(session, cast)
    own = _of_customer(session, cast, cast.own, cast.own_contacts["viewer"].id, cast.own_contacts["owner"].user_id)
    nora = cast.neighbour_contacts["owner"]
    foreign = _of_customer(session, cast, cast.neighbour, nora.id, nora.user_id)
    return {"own": shared | own, "foreign": shared | foreign}


def _limited(session, cast: Cast) -> None:
    """Make an operator who is support at the business entity of the one customer only."""
    user = User(email="limited@northwind.example", email_key="limited@northwind.example", name="Limited Operator")
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, role="support", business_entity_id=cast.entity.id))
    session.flush()
    cast.operators["limited"] = user


def _shared(session, cast: Cast) -> Ids:
    by = cast.operator()
    job = ImportJob(kind="customers", state="refused", total_rows=1)
    session.add(job)
    facts = {"label": "Cost centre", "kind": "text", "required": False, "default": None, "choices": [], "business_entity_id": None}
    attribute = attributes.define(session, facts, by=by)
    role = roles.define(session, "Wallet desk", ["wallet.read"], by=by)
    session.flush()
    provider = _provider(session, None)
    sender = _sender(session, cast)
    suppressed = suppressions.add(session, "gone@example.org", scope="all", reason="operator", by=by)
    letter = LETTERS["address_in_use"]
    version = versions.save(session, letter, Words("Yours already", "Nothing has changed.", "Hello,"), entity=None, after=0, by=by)
    view = saved_views.save(session, "Neighbours", "q=nachbar", shared=True, by=by)
    return {
        "view_id": view.id,
        "sender_id": sender.id,
        "entity_id": cast.entity.id,
        "suppression_id": suppressed.suppression.id,
        "name": "portal",
        "letter_name": "address_in_use",
        "version_id": version.id,
        "business_provider_id": provider.id,
        "job_id": job.id,
        "attribute_id": attribute.id,
        "code": role.key,
        "topic": "news",
        "user_id": cast.operators["viewer"].id,
    }


def _sender(session, cast: Cast) -> Sender:
    made = Sender(
        business_entity_id=cast.entity.id, name="News", address="news@northwind.example", dkim_domain="northwind.example",
        dkim_selector=dkim.new_selector(), dkim_public_key=dkim_key().public, dkim_made_at=clock.now(), dns_due_at=clock.now(),
        dkim_private_key=Vault("for-tests-only-0123456789-abcdefghij").seal(dkim_key().private),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _provider(session, customer_id: UUID | None) -> IdentityProvider:
    made = IdentityProvider(
        customer_id=customer_id, name="Acme", issuer=f"https://{customer_id or 'us'}.example", client_id="portal", client_secret=""
    )
    session.add(made)
    session.flush()
    return made


def _of_customer(session, cast: Cast, customer: Customer, contact_id: UUID, user_id: UUID) -> Ids:
    by, asker = cast.operator(), cast.operator("finance")
    customer, contact = session.get_one(Customer, customer.id), session.get_one(Contact, contact_id)
    removed = factories.contact(session, customer, f"gone@{customer.id.hex}.example", removed_at=clock.now())
    wallet = wallets.open(session, customer, "EUR", by=by)
    wallets.adjust(session, wallet, 5_000, reason="goodwill", key=str(ids.new_id()), by=by)
    entry = session.scalars(select(WalletEntry).where(WalletEntry.wallet_id == wallet.id)).first()
    grant = session.scalars(select(CreditGrant).where(CreditGrant.wallet_id == wallet.id)).first()
    now = clock.now()
    statement = statements.issue(session, wallet, now - timedelta(days=1), now + timedelta(seconds=1), time_zone="UTC", by=by)
    asked = approvals.ask(session, "adjustment", wallet, amount=1_000, reason="goodwill", key=str(ids.new_id()), by=asker)
    messages.tell(
        session, customer, "wallet", "low_balance", facts={"currency": "EUR", "balance": 1, "threshold": 2}, key=str(ids.new_id())
    )
    message = session.scalars(select(EmailMessage).where(EmailMessage.customer_id == customer.id)).first()
    receipts = [row for wanted in (True, False) for row in choose(session, contact, {"news": wanted}, how="form", by=by)]
    provider = _provider(session, customer.id)
    identity = ProviderIdentity(provider_id=provider.id, user_id=user_id, issuer=provider.issuer, subject=str(user_id))
    other = BrowserSession(
        digest=ids.new_id().bytes * 2, user_id=user_id, side="portal", contact_id=contact.id, method="link",
        proved_at=now, seen_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    passkey = Passkey(user_id=user_id, credential_id=ids.new_id().bytes, public_key=b"-", name="Laptop")
    form = UnsentForm(
        browser_digest=ids.new_id().bytes * 2, user_id=user_id, side="portal", contact_id=contact.id, path="/account/contacts",
        sealed=b"-", expires_at=now + timedelta(days=1),
    )  # fmt: skip
    broadcast = Broadcast(
        name="Spring", topic="news", view="all", view_name="All", business_entity_id=customer.business_entity_id, count_state="counted"
    )
    session.add_all([other, passkey, identity, form, broadcast])
    session.flush()
    return {
        "customer_id": customer.id,
        "contact_id": contact.id,
        "removed_id": removed.id,
        "wallet_id": wallet.id,
        "entry_id": entry.id,
        "grant_id": grant.id,
        "statement_id": statement.id,
        "request_id": asked.id,
        "message_id": message.id,
        "receipt_id": receipts[0].id,
        "session_id": other.id,
        "passkey_id": passkey.id,
        "provider_id": provider.id,
        "identity_id": identity.id,
        "form_id": form.id,
        "broadcast_id": broadcast.id,
    }
