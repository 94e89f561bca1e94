"""Secrets that have to be read again: sealed with the installation's key before they reach the database or a browser."""

import base64
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.values import tokens

# cryptography is imported where it is used: it takes 6 MB of a process, and hardly a page seals or opens anything.
if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

SECRETS = b"portal: secrets at rest"
DIGESTS = b"portal: digests of short secrets"


class Unsealable(ValueError):
    """What was to be opened was altered, is too old, or was sealed with a key that is not known any more."""


def seal(text: str, *, keys: Sequence[str]) -> str:
    """Seal a text with the first of the keys (Fernet: AES-128-CBC and HMAC-SHA-256); the same text is sealed differently each time."""
    return _sealer(tuple(keys)).encrypt(text.encode()).decode()


def open_sealed(sealed: str, *, keys: Sequence[str], seconds: int | None = None) -> str:
    """Open what was sealed with one of the keys, at most `seconds` ago where that matters.

    :raises Unsealable: when none of the keys fits, it was altered, or it is too old.
    """
    from cryptography.fernet import InvalidToken

    try:
        return _sealer(tuple(keys)).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, UnicodeError) as fault:
        raise Unsealable("This was not sealed here, or its key is gone.") from fault


class Vault:
    """Seals and opens with the keys of one installation: the present one first, then those it had before."""

    def __init__(self, *keys: str):
        self._keys = keys

    def seal(self, text: str) -> str:
        return seal(text, keys=self._keys)

    def open(self, sealed: str, *, seconds: int | None = None) -> str:
        """Open what the vault sealed.

        :raises Unsealable: when it cannot be opened.
        """
        return open_sealed(sealed, keys=self._keys, seconds=seconds)

    def digests(self, text: str, *, salt: bytes) -> list[bytes]:
        """Give the 32 bytes (HMAC-SHA-256) under which a short secret is kept, one for each key: new ones take the first."""
        return [tokens.code_digest(_derived(key, DIGESTS), salt, text) for key in self._keys]


@lru_cache(maxsize=8)
def _sealer(keys: tuple[str, ...]) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, SECRETS))) for key in keys])


@lru_cache(maxsize=16)
def _derived(key: str, purpose: bytes) -> bytes:
    """Derive 32 bytes from a secret key for one purpose alone (HKDF, RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
