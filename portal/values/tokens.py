"""Secrets that are handed out once and kept only as digests."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Make a secret of 256 random bits for a link or a cookie (43 characters, safe in a URL)."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return the 32 bytes (SHA-256) under which a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_code() -> str:
    """Make a code of six digits for typing by hand."""
    return f"{secrets.randbelow(1_000_000):06d}"


def code_digest(key: bytes, salt: bytes, code: str) -> bytes:
    """Return the 32 bytes (HMAC-SHA-256) under which a code is kept; a code is too short to be kept by hash alone."""
    message = len(salt).to_bytes(4, "big") + salt + code.encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256")


def matches(a: bytes, b: bytes) -> bool:
    """Compare two digests in a time that does not tell where they differ."""
    return hmac.compare_digest(a, b)
