"""Signing what is sent by webhook (Standard Webhooks: HMAC-SHA256 over id, time and body)."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

TOLERANCE_SECONDS = 300


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Give the signature of a body, as in "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="; the secret is written whsec_ and base64.

    :raises ValueError: for a secret that is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as fault:
        raise ValueError("The secret is written whsec_ and base64.") from fault
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def holds(secret: str, *, message_id: str, timestamp: str, signatures: str, body: bytes, now: datetime) -> bool:
    """Tell whether one of the signatures (parted by spaces) is that of the body, made at most five minutes ago or ahead."""
    if not (message_id and len(timestamp) <= 12 and timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    wanted = sign(secret, message_id, int(timestamp), body).encode()
    return any(hmac.compare_digest(wanted, given.encode()) for given in signatures.split(" ")[:8])
