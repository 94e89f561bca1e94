"""Signatures for outgoing mail: the key is opened here, and mail goes out without one rather than not at all."""

import structlog

from portal.domain.senders import Signing
from portal.gateways.signing import sign
from portal.settings import Settings
from portal.values.sealed import Vault

log = structlog.get_logger(source="portal.mail")


class Signer:
    """Signs one message, where there is something to sign it with; `signed` tells afterwards whether it did."""

    def __init__(self, signing: Signing | None, settings: Settings):
        self._signing, self._settings = signing, settings
        self.signed = False

    def __call__(self, content: bytes) -> bytes:
        """Give the message back with its signature, or as it came."""
        if (signing := self._signing) is None:
            return content
        try:
            key = Vault(self._settings.secret_key, *self._settings.secret_key_fallbacks).open(signing.sealed_key)
            made = sign(content, domain=signing.domain, selector=signing.selector, private_key=key, relay=self._settings.smtp_host)
        except ValueError as fault:
            log.error("mail goes out unsigned", domain=signing.domain, selector=signing.selector, fault=str(fault))
            return content
        self.signed = True
        return made
