"""The code of a statement: random, short enough to type from paper, forgiving of how it is read (Crockford's base 32)."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
_GROUP = 4
_READ_AS = {"O": "0", "I": "1", "L": "1"}
_BETWEEN = set("-–—‐ \t\r\n\u00a0\u202f")


def new() -> str:
    """Make a code of 100 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """Write a code as it is printed: 7F3K-09QD-XW2M-HT5A-1B6C."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read(text: str) -> str | None:
    """Read a code as somebody typed it: in any case, with or without hyphens, O for 0, I and L for 1; None when it is none."""
    plain = "".join(_READ_AS.get(letter, letter) for letter in text.upper() if letter not in _BETWEEN)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None
