"""Letters about how somebody signs in: what changed, and from where."""

from portal.domain.letters.catalogue.letter import Letter, Variable, person

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
    "from_where": "Firefox on Windows, 203.0.113.24",
    "why": "You get this because it is about how you sign in. It cannot be switched off.",
}

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
            "headline": "a passkey was added",
            "what": "the passkey “Marta’s phone” was added, which signs in by itself",
            "undone": "every session ends, and the passkey is removed",
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
        sample={**_SAMPLE, "what": "with your password", "undone": "every session ends, and the password is void"},
    ),
)
