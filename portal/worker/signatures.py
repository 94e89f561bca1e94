"""Signatures for outgoing mail: the key is opened here, and mail goes out without one rather than not at all."""

from collections.abc import Callable

import structlog

from portal.domain.senders import Signing
from portal.gateways.signing import sign
from portal.settings import Settings
from portal.values.sealed import Unsealable, Vault

log = structlog.get_logger(source="portal.mail")


def signer(signing: Signing | None, settings: Settings) -> Callable[[bytes], bytes] | None:
    """Give the function that signs a message; None where it goes out unsigned."""
    if signing is None:
        return None
    try:
        key = Vault(settings.secret_key, *settings.secret_key_fallbacks).open(signing.sealed_key)
    except Unsealable as fault:
        log.error("mail goes out unsigned", domain=signing.domain, selector=signing.selector, fault=str(fault))
        return None

    def signed(content: bytes) -> bytes:
        try:
            return sign(content, domain=signing.domain, selector=signing.selector, private_key=key, relay=settings.smtp_host)
        except ValueError as fault:
            log.error("mail goes out unsigned", domain=signing.domain, selector=signing.selector, fault=str(fault))
            return content

    return signed
