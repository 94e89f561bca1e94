"""Passwords: how they are kept (argon2id), and which are too easy to guess.

The policy is NIST SP 800-63B-4, 3.1.1.2: at least 15 characters where the password is the only factor, 8 where a second factor is
asked for too, any characters, no rules of composition, and two lists of what is obvious. One is of 30,000 whole passwords that are
used most. The other works by parts: a password made of well-known words, of the names of product and person, of runs and of
repetitions is refused, however long it is.
"""

import re
import unicodedata
from functools import lru_cache
from importlib import resources

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.errors import Refusal

LEAST, MOST = 15, 256
LEAST_OF_TWO = 8
"""Characters of a password that a second factor stands beside."""
OWN_LEAST, OWN_LEAST_OF_TWO = 8, 4  # characters that have to be left when all that is obvious is taken away
SHORT = "2nd:"  # before the hash of a password that is good beside a second factor only
CONTEXT = ("portal", "billing", "wallet", "customer", "console")
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "1q2w3e4r5t6y7u8i9o0p",
)
LEET = str.maketrans("013457@$!", "oleastasi")

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)  # OWASP's second choice of parameters


class Unfit(Refusal):
    """The password does not protect; the sentence says why."""


def hash_password(password: str) -> str:
    """Make the hash under which a password is kept; costs 19 MB and some tens of milliseconds, so never in a write transaction."""
    mark = SHORT if len(_normal(password)) < LEAST else ""
    return mark + _hasher.hash(_normal(password))


def needs_second_factor(kept: str | None) -> bool:
    """Tell whether a password is too short to open anything by itself; only its hash is known."""
    return bool(kept) and kept.startswith(SHORT)


def verify(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one that was hashed; does the same work where there is none."""
    try:
        return _hasher.verify((kept or _dummy()).removeprefix(SHORT), _normal(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(kept.removeprefix(SHORT))


def check(password: str, *, email: str = "", names: tuple[str, ...] = (), alone: bool = True) -> str:
    """Give back a password that is fit to be set; `alone` where no second factor stands beside it.

    :raises Unfit: too short, too long, or too easy to guess for somebody who knows the person and the product.
    """
    length, least = len(_normal(password)), LEAST if alone else LEAST_OF_TWO
    own_least = OWN_LEAST if alone else OWN_LEAST_OF_TWO
    if length < least:
        missing = least - length
        raise Unfit(f"{missing} more character{'' if missing == 1 else 's'}: a password has at least {least}. Four words make a good one.")
    if length > MOST:
        raise Unfit(f"A password has at most {MOST} characters; this has {length}.")
    bare = _bare(password)
    personal = _words_of(email, *names)
    if bare in common_passwords():
        raise Unfit("It is one of the passwords that are used most, and tried first. Four words make a good one.")
    if len(set(bare)) < 5:
        raise Unfit("It repeats the same few characters. Four words that have nothing to do with each other make a good one.")
    if _period(bare) <= len(bare) // 2:
        raise Unfit("It is one short piece, repeated. Four words that have nothing to do with each other make a good one.")
    if len(_without(bare, personal)) < own_least:
        raise Unfit("It is made of your name or address, which are the first that are tried.")
    left = _without(_without_runs(bare), (*personal, *obvious_words()))
    if len(left) < own_least:
        raise Unfit("It is made of words or runs of keys that are tried first. Add words that only you would put together.")
    return password


def strength(password: str) -> str:
    """Say how long somebody guesses who has got hold of the hash; it is a sentence's end, as in "takes years to guess"."""
    from zxcvbn import zxcvbn  # its lists take a tenth of a second to load, which only those who set a password wait for

    score = zxcvbn(password[:72], max_length=72)["score"]
    return ("takes minutes to guess", "takes hours to guess", "takes days to guess", "takes years to guess", "takes centuries to guess")[
        score
    ]


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """List the passwords that are used most, as `_bare` leaves them; they come with zxcvbn, and no network is asked."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(map(_bare, FREQUENCY_LISTS["passwords"]))


@lru_cache(maxsize=1)
def obvious_words() -> tuple[str, ...]:
    """List what passwords are most often made of, the longest first."""
    text = resources.files("portal.domain").joinpath("obvious_passwords.txt").read_text(encoding="utf-8")
    words = {word for line in text.splitlines() if not line.startswith("#") for word in line.split()}
    return tuple(sorted(words | set(CONTEXT), key=lambda word: (-len(word), word)))


@lru_cache(maxsize=1)
def _dummy() -> str:
    return _hasher.hash("the password of nobody, hashed so that nobody costs as much as somebody")


def _normal(password: str) -> str:
    """One spelling of each character (RFC 8265, OpaqueString uses NFC)."""
    return unicodedata.normalize("NFC", password)


def _bare(password: str) -> str:
    """What is left of a password when case, marks and the usual disguises are taken off."""
    plain = unicodedata.normalize("NFKD", password).casefold()
    return "".join(character for character in plain if not unicodedata.combining(character) and not character.isspace())


def _words_of(*texts: str) -> tuple[str, ...]:
    found = {_bare(word) for text in texts for word in re.split(r"[^\w]+|_", text) if len(word) >= 3}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def _period(text: str) -> int:
    """Give the length of the shortest piece that a text is a repetition of."""
    return (text + text).find(text, 1)


def _without(text: str, words: tuple[str, ...]) -> str:
    """Take words out of a text, plain or in disguise."""
    plain, disguised = text, text.translate(LEET)
    for word in words:
        at = max(plain.find(word), disguised.find(word))
        while at >= 0:
            plain, disguised = plain[:at] + plain[at + len(word) :], disguised[:at] + disguised[at + len(word) :]
            at = max(plain.find(word), disguised.find(word))
    return plain


def _without_runs(text: str) -> str:
    """Shrink every run of neighbours (abcd, 4321, qwer) and of one character to its first."""
    kept, position = [], 0
    while position < len(text):
        end = position + 1
        while end < len(text) and _is_run(text[position : end + 1]):
            end += 1
        kept.append(text[position])
        position = end if end - position >= 3 else position + 1
    return "".join(kept)


def _is_run(piece: str) -> bool:
    return len(set(piece)) == 1 or any(piece in row or piece[::-1] in row for row in ROWS)
