"""What is known of one kind of mail: who gets it when, what it can say, and facts to show it with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.topics import TOPICS


@dataclass(frozen=True)
class Variable:
    """What a letter can say: `words` describe it, `kind` is one of formats.KINDS.

    `optional` ones are not always known. `of` gives the value from the facts, "code" and "link_until" among them; without it,
    it is the fact of the same name. "changes.what" is a part of each row of the fact "changes".
    """

    name: str
    words: str
    kind: str = "text"
    optional: bool = False
    of: Callable[[Mapping[str, Any]], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One kind of mail.

    `title`, `when` and `reader` say to operators what it is, when it is sent, and to whom. `links` are the purposes of the
    links to mint before it is rendered; a letter with `code` also needs links["code"], six digits. Wallet letters name
    links["until"] (ISO time when the link ends) and links["code"] where they are given. `sample` are facts as a message row
    keeps them: money in minor units, times as ISO strings. Every letter can say `variables`, and EVERYWHERE's.
    """

    name: str
    title: str
    topic: str
    when: str
    reader: str
    links: tuple[str, ...]
    variables: tuple[Variable, ...]
    sample: Mapping[str, Any]
    code: bool = False

    @property
    def essential(self) -> bool:
        """Say whether it is sent whatever the reader has switched off."""
        return TOPICS[self.topic].essential

    @property
    def wanted(self) -> tuple[str, ...]:
        """Give the links that its words have to hold; those at the foot stand there by themselves."""
        return tuple(link for link in self.links if self.essential or link not in FOOT)

    @property
    def known(self) -> dict[str, Variable]:
        """Give all that it can say, by name."""
        return {one.name: one for one in (*self.variables, *((CODE,) if self.code else ()), BUSINESS)}


FOOT = ("preferences", "unsubscribe")
"""The links at the foot of every letter that can be stopped."""

BUSINESS = Variable("business", "The name of the business entity")
CODE = Variable("code", "The code of six digits", "code")

LINK_WORDS = {
    "sign_in": "Signs the reader in, once",
    "invite": "Takes the invitation",
    "open_wallet": "Opens the wallet",
    "open_statement": "Opens the statement",
    "open_invoice": "Opens the invoice",
    "open_payment": "Opens the payment",
    "preferences": "Opens what we send the reader",
    "verify": "Confirms the address",
    "stop": "Stops the change of address",
    "not_me": "Says “this was not me”",
    "operator": "Opens the page of the operator’s access",
    "portal": "Opens the portal",
}
"""What each link of the words does."""


def asked(name: str = "name") -> tuple[Variable, ...]:
    """Give what letters say about something that was asked for in a browser."""
    return (person(name), Variable("asked_at", "When it was asked for", "moment"), Variable("asked_from", "From which browser and network"))


def person(name: str = "contact_name") -> Variable:
    """Give the reader's name, by the fact that holds it."""
    return Variable(name, "The reader’s name; nothing where it is missing or reads like a link", "name")


CUSTOMER = Variable("customer_name", "The customer’s name")
