"""The records to publish for a sender, and what is asked to see whether they are."""

from dataclasses import dataclass
from ipaddress import ip_address

from portal.model import Sender
from portal.values import dkim
from portal.values.dns import Question
from portal.values.domains import domain_of

RELAYS = {
    "amazonaws.com": "include:amazonses.com",
    "brevo.com": "include:spf.brevo.com",
    "gmail.com": "include:_spf.google.com",
    "google.com": "include:_spf.google.com",
    "mailgun.org": "include:mailgun.org",
    "mailjet.com": "include:spf.mailjet.com",
    "mandrillapp.com": "include:spf.mandrillapp.com",
    "office365.com": "include:spf.protection.outlook.com",
    "outlook.com": "include:spf.protection.outlook.com",
    "postmarkapp.com": "include:spf.mtasv.net",
    "sendgrid.net": "include:sendgrid.net",
}
"""What the better known mail services ask to put into SPF, by the end of their servers' names."""


@dataclass(frozen=True)
class Record:
    """A record to publish. `what` is dkim, next, spf, dmarc or mx; `value` is empty where only you can know it."""

    what: str
    title: str
    name: str
    kind: str
    value: str
    why: str

    @property
    def zone_line(self) -> str:
        """The record as a line of a zone file."""
        return dkim.zone_line(self.name, self.kind, self.value)


def records(sender: Sender, *, relay: str, returns: str = "") -> list[Record]:
    """List the records to publish for a sender; `relay` is the host of the mail server that sends for us.

    `returns` is the address that undelivered mail comes back to; nothing where that is the sender's own.
    """
    domain, returning = domain_of(sender.address), returning_domain(sender, returns)
    found = []
    if sender.dkim_selector:
        why = "Receivers check the signature with it (DKIM). It is the one that must stand before mail is signed."
        found.append(Record("dkim", "Key", key_name(sender), "TXT", dkim.record(sender.dkim_public_key), why))
    if sender.dkim_next_selector:
        why = "Signing moves over to this key by itself once the record stands. Leave the other one where it is until then."
        found.append(Record("next", "New key", key_name(sender, new=True), "TXT", dkim.record(sender.dkim_next_public_key), why))
    mechanism = spf_mechanism(relay)
    if mechanism:
        why = f"Names the servers that send for {returning} (SPF). Where one beginning with v=spf1 stands, put {mechanism} into that."
        value = f"v=spf1 {mechanism} ~all"
    else:
        why = f"Names the servers that send for {returning} (SPF). Ours hands mail to {relay}; name the server it reaches the world from."
        value = ""
    found.append(Record("spf", "Sending servers", returning, "TXT", value, why))
    why = "Says what becomes of mail in your name that is not yours (DMARC). p=none only watches; p=quarantine or p=reject come later."
    found.append(Record("dmarc", "Policy", f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none", why))
    why = f"Mail that cannot be delivered comes back to {returns or sender.address} (Return-Path). A mailbox there must take it."
    found.append(Record("mx", "Bounces", returning, "MX", "", why))
    return found


def questions(sender: Sender, *, returns: str = "") -> list[Question]:
    """List what name servers are asked about a sender."""
    domain = domain_of(sender.address)
    if not domain:
        return []
    returning = returning_domain(sender, returns)
    asked = [Question(returning, "TXT"), Question(returning, "MX"), *policy_questions(domain)]
    for new in (False, True):
        if sender.dkim_next_selector if new else sender.dkim_selector:
            asked += [Question(key_name(sender, new=new), "TXT"), Question(doubled(sender, new=new), "TXT")]
    return asked


def returning_domain(sender: Sender, returns: str) -> str:
    """Say whose servers SPF is about: the domain that undelivered mail comes back to (RFC 7208, 2.4)."""
    return domain_of(returns) or domain_of(sender.address)


def policy_questions(domain: str) -> list[Question]:
    """List where a policy may stand: at the domain, else above it, down to two words (RFC 7489, 6.6.3, without a list of suffixes)."""
    words = domain.split(".")
    return [Question("_dmarc." + ".".join(words[at:]), "TXT") for at in range(max(1, len(words) - 1))]


def key_name(sender: Sender, *, new: bool = False) -> str:
    """Say where the record of a sender's key belongs (RFC 6376, 3.6.2.1)."""
    return f"{sender.dkim_next_selector if new else sender.dkim_selector}._domainkey.{sender.dkim_domain}"


def doubled(sender: Sender, *, new: bool = False) -> str:
    """Say where it ends when a provider puts the domain behind a name that has it already."""
    return f"{key_name(sender, new=new)}.{sender.dkim_domain}"


def spf_mechanism(relay: str) -> str:
    """Say what SPF needs for a mail server (RFC 7208, 5); nothing for one that is not known by this name outside."""
    for end, mechanism in RELAYS.items():
        if relay == end or relay.endswith("." + end):
            return mechanism
    try:
        address = ip_address(relay)
    except ValueError:
        known = "." in relay and not relay.endswith((".local", ".internal", ".localdomain", ".lan"))
        return f"a:{relay}" if known else ""
    return f"ip{address.version}:{address}" if address.is_global else ""
