"""Letters about signing in: links, codes and invitations."""

from portal.domain.letters.catalogue.letter import CUSTOMER, Letter, Variable, asked, person
from portal.domain.letters.phrases import say, together

_NAME = "Grünwald & Jørgensen Payments GmbH & Co. KG"
_ASKED = {
    "name": "Marta",
    "asked_at": "2026-11-23T08:14:00+00:00",
    "asked_from": together(say("{browser} on {system}", browser="Firefox", system="Windows"), "203.0.113.24"),
}
_MINUTES = Variable("minutes", "For how many minutes it works", "count")

LETTERS = (
    Letter(
        name="sign_in",
        title="Sign-in link",
        topic="sign_in",
        when="Somebody asks for a link on the sign-in page",
        reader="Whoever signs in with the address",
        links=("sign_in",),
        variables=(*asked(), _MINUTES),
        sample={**_ASKED, "minutes": 10, "why": say("You get this because somebody asked for a sign-in link for this address.")},
        code=True,
    ),
    Letter(
        name="proof_code",
        title="Code before a sensitive act",
        topic="security",
        when="Somebody who is signed in wants to do what asks for proof",
        reader="The person who is signed in",
        links=(),
        variables=(*asked(), _MINUTES),
        sample={**_ASKED, "minutes": 10, "why": say("You get this because somebody who is signed in as you asked for a code.")},
        code=True,
    ),
    Letter(
        name="operator_invite",
        title="Invitation to the console",
        topic="security",
        when="An operator is invited, and when the invitation is sent again",
        reader="The new operator",
        links=("invite",),
        variables=(
            person("name"),
            Variable("invited_by", "Who invites", optional=True),
            Variable("role", "The role that is kept"),
            Variable("expires_at", "Until when the link works", "moment"),
        ),
        sample={
            "name": "Jonas",
            "invited_by": "Ada Okafor",
            "role": say("Finance"),
            "expires_at": "2026-11-30T08:14:00+00:00",
            "why": say("You get this because {person} entered this address as yours.", person="Ada Okafor"),
        },
    ),
    Letter(
        name="contact_invite",
        title="Invitation to the portal",
        topic="security",
        when="A contact is given a role in the portal",
        reader="The contact",
        links=("sign_in",),
        variables=(
            person("name"),
            CUSTOMER,
            Variable("invited_by", "Who invites; nothing where it reads like a link", "name", optional=True),
            Variable("role", "The role in the portal"),
            Variable("link_until", "Until when the link signs in", "moment", optional=True),
        ),
        sample={
            "name": "Marta",
            "invited_by": "Ada Okafor",
            "customer_name": _NAME,
            "role": say("Billing manager"),
            "why": say("You get this because {person} entered this address for {customer}.", person="Ada Okafor", customer=_NAME),
        },
    ),
)
