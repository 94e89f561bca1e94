"""What a person is told of, in words: by act, the subject of the mail, the sentence in it, and what the link takes back."""

from typing import NamedTuple

from portal.domain.letters.phrases import Phrase, say, say_some, with_places
from portal.domain.letters.wording import named

# Translators: sign_in_changed, new_device, {undone}: what happens when the reader says that it was not them
ENDS = say("every session ends")
_NO_APP = say("every session ends, and the app is removed")
_NO_PASSKEY = say("every session ends, and the passkey is removed")
_NO_CODES = say("every session ends, and the codes are void")
_NO_PASSWORD = say("every session ends, and the password is void")
_NO_ACCOUNT = say("every session ends, and the account is untied")


class Words(NamedTuple):
    """A subject, the sentence's second half, and what happens when the person says that it was not them."""

    headline: Phrase
    what: Phrase
    undone: Phrase = ENDS


def of(act: str, detail: str = "") -> Words:
    """Give the words for an act; `detail` is the name or number that it mentions.

    :raises KeyError: for an act that there is not.
    """
    words = _ACTS[act]
    if act == "code_used":
        return words._replace(what=_left(detail))
    # Translators: sign_in_changed, {name} and {provider} where it is not known
    return words._replace(
        what=with_places(words.what, name=named(detail) or say("without a name"), provider=named(detail) or say("a provider"))
    )


def of_entrance(method: str) -> Words:
    """Give the words for a sign-in from a new device, by the way that was taken."""
    # Translators: new_device, in a few words
    headline = say("signed in from a new device")
    # Translators: new_device, {what}: the way that was taken to sign in
    way = _WAYS.get(method) or say("in a new way")
    return Words(headline, way, _NO_PASSWORD if method == "password" else ENDS)


def _left(count: str) -> Phrase:
    """Say that a recovery code was used, and how many are left; so much is not always known."""
    if count == "0":
        return say("a recovery code was used, and it was the last")
    if not count.isdecimal():
        return say("a recovery code was used")
    return say_some("a recovery code was used, {count} is left", "a recovery code was used, {count} are left", int(count))


_WAYS = {
    "link": say("with a link by email"),
    "code": say("with a code by email"),
    "password": say("with your password"),
    "passkey": say("with a passkey"),
    "oidc": say("by single sign-on"),
    "invite": say("with an invite"),
}
_ACTS = {
    "totp_added": Words(say("an authenticator app was set up"), say("an authenticator app was set up for your sign-in"), _NO_APP),
    "totp_replaced": Words(
        say("your authenticator app was moved"),
        say("your authenticator app was moved to another phone; the one before shows no codes that count any more"),
        _NO_APP,
    ),
    "totp_removed": Words(say("your authenticator app was removed"), say("your authenticator app was removed")),
    "passkey_added": Words(
        say("a passkey was added"), say("the passkey “{name}” was added, which signs in by itself", name=""), _NO_PASSKEY
    ),
    "passkey_removed": Words(say("a passkey was removed"), say("the passkey “{name}” was removed", name="")),
    "codes_made": Words(
        say("new recovery codes were made"),
        say("ten new recovery codes were made; those from before open nothing any more"),
        _NO_CODES,
    ),
    "code_used": Words(say("a recovery code was used"), _left("0")),
    "password_set": Words(say("a password was set"), say("a password was set for your sign-in"), _NO_PASSWORD),
    "password_changed": Words(
        say("your password was changed"), say("your password was changed, and every other session ended"), _NO_PASSWORD
    ),
    "password_removed": Words(say("your password was removed"), say("your password was removed; a link by email signs you in")),
    "tied": Words(
        say("an account was tied to your sign-in"), say("an account at {provider} was tied to your sign-in", provider=""), _NO_ACCOUNT
    ),
    "untied": Words(
        say("an account was untied from your sign-in"), say("an account at {provider} was untied from your sign-in", provider="")
    ),
}
