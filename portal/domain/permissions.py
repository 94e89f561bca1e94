"""Every power of the product, on one page: the words, and which role holds which.

A word is `noun.act`. Routes name one; operations do not ask, the door does.
"""

OPERATOR = {
    "address.change": "Change addresses",
    "audit.read": "Read the activity of all",
    "brand.change": "Change the name, colour and logo of business entities",
    "brand.read": "See the name, colour and logo of business entities",
    "broadcast.read": "See broadcasts, and what became of them",
    "broadcast.send": "Write to many customers at once, and stop it",
    "contact.change": "Add, change and remove contacts",
    "customer.archive": "Archive and restore customers",
    "customer.change": "Add and change customers",
    "customer.read": "See customers",
    "customer.view_as": "Look at the portal as one of a customer's people",
    "import.read": "See imports",
    "import.run": "Import customers",
    "letter.change": "Change the words of letters, and send oneself tests",
    "message.read": "Read what was sent",
    "message.send": "Send a message again",
    "operator.change": "Invite operators and change their roles",
    "operator.read": "See the operators",
    "preference.change": "Choose what contacts are sent",
    "sender.change": "Change the addresses that mail goes out from, and their keys",
    "settings.change": "Change the settings",
    "settings.read": "See the settings",
    "suppression.change": "Stop mail to an address, and let it be written to again",
    "suppression.read": "See the addresses that are not written to",
    "view.save": "Keep views of the customers, and share them",
    "wallet.adjust": "Add to, deduct from, reverse, transfer and revoke, or ask for it",
    "wallet.approve": "Approve what is above another operator's limit",
    "wallet.change": "Open, freeze and close wallets; set floors",
    "wallet.limit": "Set how much each role moves alone",
    "wallet.read": "See wallets and their entries",
}

CUSTOMER = {
    "account.access": "Switch visits by support on and off",
    "account.address": "Change addresses and company details",
    "account.alert": "Choose when to be told that a balance is low",
    "account.contact": "Add, change and remove contacts",
    "account.people": "Invite people to the portal, change their roles and take access away",
    "account.preference": "Choose what each contact is sent",
    "account.read": "See the portal",
    "account.wallet": "See wallets and their entries",
}

PERSONAL = {"self.change": "Change one's own settings and sessions", "self.read": "See one's own settings and sessions"}

_READ = {word for word in OPERATOR if word.endswith(".read")}
_SUPPORT = _READ - {"audit.read"} | {
    *("customer.change", "customer.view_as", "contact.change", "address.change", "preference.change", "message.send"),
    "suppression.change",
    "view.save",
}
_FINANCE = _SUPPORT | {"audit.read", "wallet.adjust", "wallet.approve", "wallet.change", "import.run", "customer.archive"}
_MANAGER = _FINANCE | {"brand.change", "broadcast.send", "letter.change", "sender.change", "settings.change", "wallet.limit"}

OPERATOR_ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(set(OPERATOR) | set(PERSONAL)),
    "manager": frozenset(_MANAGER | set(PERSONAL)),
    "finance": frozenset(_FINANCE | set(PERSONAL)),
    "support": frozenset(_SUPPORT | set(PERSONAL)),
    "viewer": frozenset(_READ - {"audit.read", "brand.read", "operator.read", "settings.read"} | set(PERSONAL)),
}

CUSTOMER_ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(set(CUSTOMER) | set(PERSONAL)),
    "billing_manager": frozenset(set(CUSTOMER) - {"account.access", "account.people"} | set(PERSONAL)),
    "viewer": frozenset({"account.read", "account.wallet"} | set(PERSONAL)),
}

ROLE_NAMES = {
    "owner": "Owner",
    "manager": "Manager",
    "finance": "Finance",
    "support": "Support",
    "viewer": "Viewer",
    "billing_manager": "Billing manager",
    "none": "No access",
}

NOUNS = {
    "customer": "Customers",
    "contact": "Contacts",
    "address": "Addresses",
    "preference": "What contacts are sent",
    "wallet": "Wallets",
    "view": "Views",
    "message": "Messages",
    "broadcast": "Broadcasts",
    "suppression": "Addresses not written to",
    "import": "Imports",
    "audit": "Activity of all",
    "operator": "Operators",
    "sender": "Senders",
    "letter": "Letters",
    "brand": "Brands",
    "settings": "Settings",
}
"""What the operators' words are about, in the order in which people read of it."""


def by_noun() -> dict[str, list[str]]:
    """Give the operators' words by what they are about, in words; those for seeing come first."""
    seeing = sorted(OPERATOR, key=lambda word: not word.endswith(".read"))
    return {label: [word for word in seeing if word.split(".")[0] == noun] for noun, label in NOUNS.items()}


_OF_ALL = {"audit", "import", "letter", "operator", "sender", "settings", "suppression"}
EVERYWHERE = frozenset(word for word in OPERATOR if word.split(".")[0] in _OF_ALL) | {"wallet.limit"}
"""Words about the whole business: a role limited to some business entities goes without them."""

GRAVE = frozenset(
    {
        *("brand.change", "broadcast.send", "import.run", "letter.change", "operator.change", "sender.change", "settings.change"),
        *("wallet.adjust", "wallet.approve", "wallet.limit"),
    }
)
"""Words that move money, or give and take rights: sessions of those who hold one are shorter."""

WORDS = {**OPERATOR, **CUSTOMER, **PERSONAL}
