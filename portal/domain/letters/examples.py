"""What a letter is shown with: its sample, or what a real customer's would say. Nothing is written, nothing is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import contacts, messages
from portal.domain.letters.catalogue import Letter
from portal.domain.letters.filling import Filler
from portal.domain.letters.formats import KINDS, Reader
from portal.domain.letters.naming import reason_words
from portal.domain.letters.phrases import with_places
from portal.domain.letters.rendering import Brand, RenderedLetter, render, told
from portal.domain.letters.words import TEST_CODE, Words, language_of
from portal.domain.wallets.announcing import LISTED, credits
from portal.model import BusinessEntity, Contact, CreditGrant, Customer, JournalEntry, Wallet, WalletEntry
from portal.values.emails import mask_email

_LINK_UNTIL = "2026-11-24T08:14:00+00:00"


@dataclass(frozen=True)
class Example:
    """Facts, links and a reader to show a letter with; `real` says what of it is a customer's, in words."""

    facts: Mapping[str, Any]
    links: Mapping[str, str]
    brand: Brand
    locale: str
    time_zone: str
    real: tuple[str, ...] = ()

    def render(self, letter: Letter, words: Words) -> RenderedLetter:
        """Render the letter in these words. :raises LetterIncomplete: when they speak of what is not there."""
        reader = {"locale": self.locale, "time_zone": self.time_zone}
        return render(letter.name, self.facts, links=self.links, brand=self.brand, words=words, **reader)


def sample(letter: Letter, entity: BusinessEntity, *, locale: str, public_url: str) -> Example:
    """Make up an example, in a language."""
    return Example(letter.sample, links(letter, public_url), brand(entity, public_url), locale, entity.time_zone)


def of_customer(session: Session, letter: Letter, customer: Customer, *, public_url: str) -> Example:
    """Make an example of what a customer's primary contact would read; what their books do not say stays as in the sample.

    `customer` has its business entity loaded.
    """
    entity = customer.business_entity
    example = sample(letter, entity, locale=customer.locale or entity.locale, public_url=public_url)
    facts, real = dict(example.facts), [f"the name of {customer.name}", f"the brand of {entity.name}"]
    made_up = facts.get("customer_name")
    if made_up:
        facts["customer_name"] = customer.name
        facts["why"] = with_places(facts["why"], customer=customer.name)
    contact = next(iter(contacts.of_customer(session, customer.id)), None)
    if contact is not None and letter.name != "operator_invite":
        reader = messages.recipient(contact, customer, entity)
        example = replace(example, locale=reader.locale, time_zone=reader.time_zone)
        facts |= _person(contact, facts)
        real.append(f"the contact {contact.name or contact.email}")
    if "currency" in facts and (wallet := _wallet(session, customer)) is not None:
        facts |= _figures(session, letter.name, wallet, facts)
        real.append(f"the {wallet.currency} wallet")
    return replace(example, facts=facts, real=tuple(real))


@dataclass(frozen=True)
class Written:
    """The ways in which a variable can be written, and how the first of them reads."""

    ways: tuple[str, ...]
    sample: str


def variables(letter: Letter, example: Example) -> dict[str, Written]:
    """Show by name how each variable of a letter is written, and how it reads with the facts of an example."""
    facts = {**told(example.facts, language_of(example.locale)), "business": example.brand.name, "time_zone": example.time_zone}
    facts |= {"code": example.links.get("code"), "link_until": example.links.get("until")}
    reader = Reader(example.locale, example.time_zone, str(facts.get("currency", "")))
    filler = Filler(letter.known, facts, {}, reader)
    found = {}
    for name, variable in letter.known.items():
        if variable.kind == "flag":
            found[name] = Written((f"[[{{?{name}}}…]]", f"[[{{!{name}}}…]]"), "")
            continue
        ways = tuple(f"{{{name}:{style}}}" if style else f"{{{name}}}" for style in KINDS[variable.kind])
        found[name] = Written(ways, filler.first(name))
    return found


def links(letter: Letter, public_url: str) -> dict[str, str]:
    """Let every link of a letter lead to the portal's front page, with a code that opens nothing."""
    found = dict.fromkeys((*letter.links, "portal"), public_url + "/")
    if letter.code:
        found["code"] = TEST_CODE
    if "link_until" in letter.known:
        found["until"] = _LINK_UNTIL
    return found


def brand(entity: BusinessEntity, public_url: str) -> Brand:
    """Give the brand that a business entity writes under."""
    return Brand.of(entity, public_url)


def _person(contact: Contact, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Put a contact's name and address where the sample has one."""
    name = contact.first_name or contact.last_name or contact.email
    found = {key: name for key in ("name", "contact_name") if key in facts}
    if old := facts.get("old_address"):
        found["old_address"] = mask_email(contact.email) if "•" in old else contact.email
    return found


def _wallet(session: Session, customer: Customer) -> Wallet | None:
    wallets = select(Wallet).where(Wallet.customer_id == customer.id).order_by(Wallet.is_main.desc(), Wallet.opened_at, Wallet.id)
    return session.scalars(wallets.limit(1)).first()


def _figures(session: Session, letter: str, wallet: Wallet, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give a wallet's figures, as the letter would have them today."""
    found: dict[str, Any] = {"currency": wallet.currency}
    if letter == "low_balance":
        threshold = wallet.low_balance if wallet.low_balance is not None else facts["threshold"]
        return {**found, "balance": wallet.balance, "threshold": threshold}
    if "credits" in facts:
        return found | _ending(session, wallet, facts)
    if "posted_at" in facts:
        return found | (_moved(session, wallet, added=letter == "wallet_credited") or _around(wallet, facts["amount"]))
    return found


def _moved(session: Session, wallet: Wallet, *, added: bool) -> dict[str, Any] | None:
    """Give the newest entry that added credit, or took some."""
    found = session.execute(
        select(WalletEntry, JournalEntry.reason)
        .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
        .where(WalletEntry.wallet_id == wallet.id, WalletEntry.amount > 0 if added else WalletEntry.amount < 0)
        .order_by(WalletEntry.seq.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    entry, reason = found
    return {
        "amount": entry.amount,
        "before": entry.balance_before,
        "after": entry.balance_after,
        "posted_at": entry.posted_at.isoformat(),
        "reason": reason_words(reason),
        "text": None,
        "expires_at": None,
    }


def _ending(session: Session, wallet: Wallet, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give the credit of a wallet that ends first."""
    grants = session.execute(
        select(CreditGrant.id, CreditGrant.remaining, CreditGrant.expires_at)
        .where(CreditGrant.wallet_id == wallet.id, CreditGrant.emptied_seq.is_(None), CreditGrant.expires_at.is_not(None))
        .order_by(CreditGrant.expires_at, CreditGrant.id)
        .limit(LISTED)
    ).all()
    if not grants:
        return _around(wallet, -facts["amount"])
    ending = sum(grant.remaining for grant in grants)
    return {
        "credits": credits(session, [tuple(grant) for grant in grants]),
        "ends_at": grants[0].expires_at.isoformat(),
        "amount": ending,
        "before": wallet.balance,
        "after": wallet.balance - ending,
    }


def _around(wallet: Wallet, amount: int) -> dict[str, int]:
    """Let the sample's amount move the real balance."""
    return {"before": wallet.balance, "after": wallet.balance + amount}
