"""What a person is told of, in words: by act, the subject of the mail, the sentence in it, and what the link takes back."""

from typing import NamedTuple

from portal.domain.letters.wording import named

ENDS = "every session ends"


class Words(NamedTuple):
    """A subject, the sentence's second half, and what happens when the person says that it was not them."""

    headline: str
    what: str
    undone: str = ENDS


def of(act: str, detail: str = "") -> Words:
    """Give the words for an act; `detail` is the name or number that it mentions.

    :raises KeyError: for an act that there is not.
    """
    words = _ACTS[act]
    count = f"{detail} are left"
    if act == "code_used" and detail in {"0", "1"}:
        count = "and it was the last" if detail == "0" else "1 is left"
    return words._replace(
        what=words.what.format(name=named(detail) or "without a name", provider=named(detail) or "a provider", count=count)
    )


def of_entrance(method: str) -> Words:
    """Give the words for a sign-in from a new device, by the way that was taken."""
    undone = f"{ENDS}, and the password is void" if method == "password" else ENDS
    return Words("signed in from a new device", _WAYS.get(method, "in a new way"), undone)


_WAYS = {
    "link": "with a link by email",
    "code": "with a code by email",
    "password": "with your password",
    "passkey": "with a passkey",
    "oidc": "by single sign-on",
    "invite": "with an invite",
}
_ACTS = {
    "totp_added": Words(
        "an authenticator app was set up", "an authenticator app was set up for your sign-in", f"{ENDS}, and the app is removed"
    ),
    "totp_replaced": Words(
        "your authenticator app was moved",
        "your authenticator app was moved to another phone; the one before shows no codes that count any more",
        f"{ENDS}, and the app is removed",
    ),
    "totp_removed": Words("your authenticator app was removed", "your authenticator app was removed"),
    "passkey_added": Words(
        "a passkey was added", "the passkey “{name}” was added, which signs in by itself", f"{ENDS}, and the passkey is removed"
    ),
    "passkey_removed": Words("a passkey was removed", "the passkey “{name}” was removed"),
    "codes_made": Words(
        "new recovery codes were made",
        "ten new recovery codes were made; those from before open nothing any more",
        f"{ENDS}, and the codes are void",
    ),
    "code_used": Words("a recovery code was used", "a recovery code was used, {count}"),
    "password_set": Words("a password was set", "a password was set for your sign-in", f"{ENDS}, and the password is void"),
    "password_changed": Words(
        "your password was changed", "your password was changed, and every other session ended", f"{ENDS}, and the password is void"
    ),
    "password_removed": Words("your password was removed", "your password was removed; a link by email signs you in"),
    "tied": Words(
        "an account was tied to your sign-in", "an account at {provider} was tied to your sign-in", f"{ENDS}, and the account is untied"
    ),
    "untied": Words("an account was untied from your sign-in", "an account at {provider} was untied from your sign-in"),
}
