"""The catalogue of what is sent: every topic, its class, and who gets it unless somebody chose otherwise."""

from dataclasses import dataclass

ESSENTIAL, BILLING, MARKETING = "essential", "billing", "marketing"


@dataclass(frozen=True)
class Topic:
    """A kind of message. `primary` and `secondary` are the defaults for the two kinds of contact."""

    key: str
    label: str
    hint: str
    kind: str
    primary: bool = True
    secondary: bool = True
    singular: bool = False
    hidden: bool = False
    """Offered to nobody any more, and not sent; what was chosen is kept."""

    @property
    def essential(self) -> bool:
        return self.kind == ESSENTIAL

    @property
    def keeps_a_reader(self) -> bool:
        """Whether somebody at each customer has to get it; not so where nobody does unless it was chosen."""
        return self.kind == BILLING and (self.primary or self.secondary)

    @property
    def words(self) -> str:
        """The label inside a sentence."""
        return self.label[:1].lower() + self.label[1:]

    @property
    def pronoun(self) -> str:
        return "it" if self.singular else "them"

    def default(self, is_primary: bool) -> bool:
        """Whether a contact gets it who never chose."""
        return self.primary if is_primary else self.secondary


TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic("sign_in", "Signing in", "Links and codes you ask for", ESSENTIAL, singular=True),
        Topic("security", "Security", "When somebody changes what protects the account", ESSENTIAL, singular=True),
        Topic("address_verification", "Address confirmation", "Whether an address is yours", ESSENTIAL, singular=True),
        Topic("invoices", "Invoices", "Each one, on the day it is issued", BILLING),
        Topic("receipts", "Receipts and refunds", "When a payment or a refund is made", BILLING, secondary=False),
        Topic("reminders", "Payment reminders", "Before and after the due date", BILLING, secondary=False),
        Topic("wallet", "Wallet activity", "Credit added, used, expiring or low", BILLING, secondary=False, singular=True),
        Topic("statements", "Statements", "Once a month", BILLING, primary=False, secondary=False),
        Topic("contracts", "Contracts", "When one begins, changes or ends", BILLING, secondary=False),
        Topic("news", "Product news", "A few times a year", MARKETING, primary=False, secondary=False, singular=True),
    )
}

DAILY = Topic(
    "wallet_daily",
    "Wallet activity once a day",
    "In one letter at 07:00, not one for each movement",
    BILLING,
    primary=False,
    secondary=False,
    singular=True,
)
"""A manner in which a topic comes, chosen as topics are: it has receipts and a history, and is sent by itself to nobody."""
MANNERS = {DAILY.key: DAILY}

CHOICES = {key: topic for key, topic in TOPICS.items() if not topic.essential}
"""The topics that a contact can switch."""
