"""Every power of the product, on one page: the words, and which role holds which.

A word is `noun.act`. Routes name one; operations do not ask, the door does.
"""

OPERATOR = {
    "address.change": "Change addresses",
    "audit.read": "Read the activity of all",
    "contact.change": "Add, change and remove contacts",
    "customer.archive": "Archive and restore customers",
    "customer.change": "Add and change customers",
    "customer.read": "See customers",
    "import.read": "See imports",
    "import.run": "Import customers",
    "message.read": "Read what was sent",
    "message.send": "Send a message again",
    "operator.change": "Invite operators and change their roles",
    "operator.read": "See the operators",
    "preference.change": "Choose what contacts are sent",
    "settings.change": "Change the settings",
    "settings.read": "See the settings",
    "wallet.adjust": "Add to and deduct from wallets",
    "wallet.change": "Open, freeze and close wallets; set floors",
    "wallet.read": "See wallets and their entries",
}

CUSTOMER = {
    "account.address": "Change addresses and company details",
    "account.contact": "Add, change and remove contacts",
    "account.preference": "Choose what each contact is sent",
    "account.read": "See the portal",
    "account.wallet": "See wallets and their entries",
}

PERSONAL = {"self.change": "Change one's own settings and sessions", "self.read": "See one's own settings and sessions"}

_READ = {word for word in OPERATOR if word.endswith(".read")}
_SUPPORT = _READ - {"audit.read"} | {"customer.change", "contact.change", "address.change", "preference.change", "message.send"}
_FINANCE = _SUPPORT | {"audit.read", "wallet.adjust", "wallet.change", "import.run", "customer.archive"}
_MANAGER = _FINANCE | {"settings.change"}

OPERATOR_ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(set(OPERATOR) | set(PERSONAL)),
    "manager": frozenset(_MANAGER | set(PERSONAL)),
    "finance": frozenset(_FINANCE | set(PERSONAL)),
    "support": frozenset(_SUPPORT | set(PERSONAL)),
    "viewer": frozenset(_READ - {"audit.read", "operator.read", "settings.read"} | set(PERSONAL)),
}

CUSTOMER_ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(set(CUSTOMER) | set(PERSONAL)),
    "billing_manager": frozenset(set(CUSTOMER) | set(PERSONAL)),
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

WORDS = {**OPERATOR, **CUSTOMER, **PERSONAL}
