"""Amazon SNS: whether what was posted is its own, by the certificate that it names (Signature Version 1 and 2)."""

import base64
import binascii
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from portal.gateways.http import Answer, Unreachable, fetch
from portal.values import clock
from portal.values.delivery import SNS_TOPIC

# cryptography is imported where it is used: it takes 8 MB of a process, and few installations are told of their mail this way.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    **dict.fromkeys(
        ("SubscriptionConfirmation", "UnsubscribeConfirmation"),
        ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_HASHES = {"1": "SHA1", "2": "SHA256"}
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-f]{16,64}\.pem")
OLDEST = timedelta(hours=1)
"""Amazon tries for less than an hour; what is older was posted by somebody who kept it."""
KEPT = 8
ASKED_SECONDS = 60.0
ASKED_MOST = 6


class Forged(Exception):
    """What was posted is not Amazon's, or cannot be shown to be; the text says why."""


class Sns:
    """Checks what is posted in the name of Amazon SNS. Certificates are fetched from Amazon alone, and each is kept."""

    Forged = Forged

    def __init__(self, *, ask: Callable[..., Answer] = fetch):
        self._ask = ask
        self._keys: dict[str, RSAPublicKey] = {}
        self._asked: list[float] = []
        self._lock = threading.Lock()

    def check(self, envelope: Mapping[str, object]) -> None:
        """Hold an envelope against its signature.

        :raises Forged: when it does not hold, is old, or its certificate is not Amazon's or not to be had.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        kind, version = str(envelope.get("Type")), str(envelope.get("SignatureVersion"))
        if kind not in _SIGNED or version not in _HASHES:
            raise Forged("It is of no kind that is known.")
        self._refuse_old(str(envelope.get("Timestamp")))
        names = [name for name in _SIGNED[kind] if isinstance(envelope.get(name), str)]
        signed = "".join(f"{name}\n{envelope[name]}\n" for name in names).encode()
        key = self._key(_of_amazon(str(envelope.get("SigningCertURL")), envelope))
        try:
            signature = base64.b64decode(str(envelope.get("Signature")), validate=True)
            key.verify(signature, signed, PKCS1v15(), getattr(hashes, _HASHES[version])())
        except (InvalidSignature, binascii.Error, ValueError) as fault:
            raise Forged("The signature does not hold.") from fault

    def confirm(self, envelope: Mapping[str, object]) -> None:
        """Answer a checked SubscriptionConfirmation by opening its address, which is Amazon's.

        :raises Forged: when the address is not Amazon's, or does not answer.
        """
        url = str(envelope.get("SubscribeURL"))
        if parse_qs(urlsplit(url).query).get("Action") != ["ConfirmSubscription"]:
            raise Forged("The address confirms no subscription.")
        try:
            self._ask("GET", _of_amazon(url, envelope), headers={}).raise_for_status()
        except Unreachable as fault:
            raise Forged(str(fault)) from fault

    def _refuse_old(self, timestamp: str) -> None:
        try:
            at = datetime.fromisoformat(timestamp)
        except ValueError as fault:
            raise Forged("It has no time.") from fault
        if abs(clock.now() - (at if at.tzinfo else at.replace(tzinfo=UTC))) > OLDEST:
            raise Forged("It is more than an hour old.")

    def _key(self, url: str) -> "RSAPublicKey":
        if not _CERTIFICATE.fullmatch(urlsplit(url).path):
            raise Forged("Its certificate is none of Amazon SNS.")
        with self._lock:
            if (kept := self._keys.get(url)) is not None:
                return kept
            self._keep_pace()
        key = self._fetched(url)
        with self._lock:
            if len(self._keys) >= KEPT:
                self._keys.clear()
            self._keys[url] = key
        return key

    def _keep_pace(self) -> None:
        """Let nobody make us ask for certificate after certificate."""
        now = time.monotonic()
        self._asked = [at for at in self._asked if now - at < ASKED_SECONDS]
        if len(self._asked) >= ASKED_MOST:
            raise Forged("Too many certificates were asked for within the minute.")
        self._asked.append(now)

    def _fetched(self, url: str) -> "RSAPublicKey":
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

        try:
            answer = self._ask("GET", url, headers={})
            answer.raise_for_status()
            certificate = x509.load_pem_x509_certificate(answer.body)
        except (Unreachable, ValueError) as fault:
            raise Forged(f"Its certificate is not to be had: {fault}") from fault
        key = certificate.public_key()
        if not certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc or not isinstance(key, RSAPublicKey):
            raise Forged("Its certificate does not hold today.")
        return key


def _of_amazon(url: str, envelope: Mapping[str, object]) -> str:
    """Let an address through that is SNS's own in the region of the topic."""
    topic = SNS_TOPIC.fullmatch(str(envelope.get("TopicArn")))
    hosts = {f"sns.{topic[1]}.amazonaws.com", f"sns.{topic[1]}.amazonaws.com.cn"} if topic else set()
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and parts.netloc in hosts and not parts.fragment
    except ValueError:
        fits = False
    if not fits:
        raise Forged("It names an address that is not Amazon’s.")
    return url
