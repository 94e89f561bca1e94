"""Letters about how somebody signs in: what changed, and from where."""

from portal.domain.letters.catalogue.letter import Letter, Variable, person
from portal.domain.letters.phrases import say, together

_AT = (
    person("name"),
    Variable("what", "What happened"),
    Variable("undone", "What happens when the reader says it was not them"),
    Variable("at", "When it happened", "moment"),
    Variable("from_where", "From which browser and network"),
)
_SAMPLE = {
    "name": "Marta",
    "at": "2026-11-23T08:14:00+00:00",
    "from_where": together(say("{browser} on {system}", browser="Firefox", system="Windows"), "203.0.113.24"),
    "why": say("You get this because it is about how you sign in. It cannot be switched off."),
}

# Translators: made up, where a letter is shown with a sample: the name of a passkey
_PASSKEY = say("Marta’s phone")

LETTERS = (
    Letter(
        name="sign_in_changed",
        title="How somebody signs in has changed",
        topic="security",
        when="A password, passkey or second factor is set, changed or removed",
        reader="The person it is about",
        links=("not_me",),
        variables=(*_AT, Variable("headline", "What happened, in a few words")),
        sample={
            **_SAMPLE,
            "headline": say("a passkey was added"),
            "what": say("the passkey “{name}” was added, which signs in by itself", name=_PASSKEY),
            "undone": say("every session ends, and the passkey is removed"),
        },
    ),
    Letter(
        name="new_device",
        title="Signed in from a new device",
        topic="security",
        when="Somebody signs in from where they have not been before",
        reader="The person who signed in",
        links=("not_me",),
        variables=_AT,
        sample={**_SAMPLE, "what": say("with your password"), "undone": say("every session ends, and the password is void")},
    ),
    Letter(
        name="break_glass",
        title="Somebody came in past single sign-on",
        topic="security",
        when="An operator whose role signs in by single sign-on alone comes in by one of the two spare ways",
        reader="Every other owner",
        links=("operator",),
        variables=(
            person("name"),
            Variable("person", "Who came in; nothing where the name is missing or reads like a link", "name", optional=True),
            Variable("address", "The address of who came in"),
            Variable("role", "Their role"),
            Variable("provider", "The provider that was passed by"),
            Variable("how", "The way that was taken"),
            Variable("because", "Why there is such a way"),
            Variable("at", "When it happened", "moment"),
            Variable("from_where", "From which browser and network"),
        ),
        sample={
            "name": "Marta",
            "person": "Ada Okafor",
            "address": "ada@northwind.example",
            "role": say("Owner"),
            "provider": "Okta",
            "how": say("with a password and a second factor"),
            "because": say("An owner who has both gets in without the provider, so that nobody is shut out when it fails."),
            "at": _SAMPLE["at"],
            "from_where": _SAMPLE["from_where"],
            "why": say("You get this because you are an owner of the console. It cannot be switched off."),
        },
    ),
)
