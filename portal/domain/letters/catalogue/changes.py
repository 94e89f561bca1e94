"""Letters about what was changed: what is sent, addresses, company details."""

from portal.domain.letters.catalogue.letter import CUSTOMER, Letter, Variable, asked, person
from portal.domain.letters.phrases import say, together

_AT = "2026-11-23T08:14:00+00:00"
_NAME = "Grünwald & Jørgensen Payments GmbH & Co. KG"
_CHANGED = (CUSTOMER, person(), Variable("changed_by", "Who changed it"), Variable("changed_at", "When it was changed", "moment"))
_LISTED = (
    Variable("changes.what", "Of each change: what has changed"),
    Variable("changes.before", "Of each change: what it was; nothing where it was empty"),
    Variable("changes.after", "Of each change: what it is now; nothing where it is empty"),
)
_OLD = Variable("old_address", "The address until now")
_NEW = Variable("new_address", "The new address, masked")
_ASKED = {"asked_at": _AT, "asked_from": together(say("{browser} on {system}", browser="Firefox", system="Windows"), "203.0.113.24")}

LETTERS = (
    Letter(
        name="preferences_changed",
        title="What is sent has changed",
        topic="security",
        when="Somebody changes what a contact is sent",
        reader="The contact",
        links=("preferences",),
        variables=(*_CHANGED, *_LISTED),
        sample={
            "customer_name": _NAME,
            "contact_name": "Marta",
            "changes": [
                {"what": say("Invoices"), "before": say("on"), "after": say("off")},
                {"what": say("Payment reminders"), "before": say("off"), "after": say("on")},
            ],
            "changed_by": "Marta Grünwald",
            "changed_at": _AT,
            "why": say("You get this because what we send to this address has changed."),
        },
    ),
    Letter(
        name="address_changed",
        title="Company details have changed",
        topic="security",
        when="Somebody in the portal changes addresses or company details",
        reader="The primary contact",
        links=(),
        variables=(*_CHANGED, *_LISTED),
        sample={
            "customer_name": _NAME,
            "contact_name": "Marta",
            "changes": [
                {"what": say("Billing, {part}", part=say("line 1")), "before": "Torstraße 140", "after": "Lindenallee 7"},
                {"what": say("Billing, {part}", part=say("postal code")), "before": "10119", "after": "14050"},
                {"what": say("Billing, {part}", part=say("line 2")), "before": "", "after": "Haus B"},
            ],
            "changed_by": "Jonas Weber",
            "changed_at": _AT,
            "why": say("You get this as primary contact of {customer}, whenever company details change.", customer=_NAME),
        },
    ),
    Letter(
        name="email_changed",
        title="The email address has changed",
        topic="security",
        when="A contact’s email address has changed",
        reader="The address until then",
        links=(),
        variables=(*_CHANGED, _OLD, _NEW),
        sample={
            "customer_name": _NAME,
            "contact_name": "Marta",
            "old_address": "marta@gruenwald.example",
            "new_address": "m•••@gj-payments.example",
            "changed_by": "Marta Grünwald",
            "changed_at": _AT,
            "why": say("You get this because this was the address we wrote to until now."),
        },
    ),
    Letter(
        name="address_change_notice",
        title="The sign-in address is about to change",
        topic="security",
        when="Somebody asks to sign in with another address",
        reader="The address until now",
        links=("stop",),
        variables=(*asked(), _NEW),
        sample={
            "name": "Marta",
            "new_address": "m•••@gj-payments.example",
            **_ASKED,
            "why": say("You get this because this is the address you sign in with."),
        },
    ),
    Letter(
        name="address_change_verify",
        title="Confirm the new address",
        topic="address_verification",
        when="Somebody asks to sign in with another address",
        reader="The new address",
        links=("verify",),
        variables=(
            *asked(),
            Variable("old_address", "The address until now, masked"),
            Variable("expires_at", "Until when the link works", "moment"),
        ),
        sample={
            "name": "Marta",
            "old_address": "m•••a@gruenwald.example",
            **_ASKED,
            "expires_at": "2026-11-26T08:14:00+00:00",
            "why": say("You get this because somebody entered this address as theirs."),
        },
    ),
    Letter(
        name="address_confirm",
        title="Is this still your address?",
        topic="address_verification",
        when="An operator writes once more to an address that came back",
        reader="The contact",
        links=("verify",),
        variables=(person("name"), CUSTOMER),
        sample={
            "name": "Marta",
            "customer_name": _NAME,
            "why": say("You get this because mail to this address, a contact of {customer}, came back.", customer=_NAME),
        },
    ),
    Letter(
        name="contact_confirm",
        title="Confirm your address",
        topic="address_verification",
        when="A marketing topic is switched on for an address that nobody has confirmed, and when somebody asks for it",
        reader="The contact",
        links=("verify",),
        variables=(
            person("name"),
            CUSTOMER,
            Variable("asked_by", "Who entered or chose it; nothing where it was the reader", optional=True),
            Variable("topics", "What waits for it; nothing where nothing does", optional=True),
        ),
        sample={
            "name": "Marta",
            "customer_name": _NAME,
            "asked_by": "Ada Okafor",
            "topics": say("Product news"),
            "why": say("You get this because this address was entered for {customer}, and nobody has confirmed it yet.", customer=_NAME),
        },
    ),
    Letter(
        name="settings_link",
        title="Link to what we send",
        topic="security",
        when="Somebody asks for it on the public page, or holds a link that has run out",
        reader="The contact",
        links=("preferences",),
        variables=(person("name"), Variable("asked_at", "When it was asked for", "moment")),
        sample={
            "name": "Marta",
            "asked_at": _AT,
            "why": say("You get this because somebody asked for the link to what we send to this address."),
        },
    ),
    Letter(
        name="address_in_use",
        title="Somebody entered this address",
        topic="security",
        when="Somebody asks to sign in with an address that another person has",
        reader="The person who has it",
        links=(),
        variables=(Variable("asked_at", "When it was asked for", "moment"),),
        sample={"asked_at": _AT, "why": say("You get this because somebody entered this address as theirs.")},
    ),
)
