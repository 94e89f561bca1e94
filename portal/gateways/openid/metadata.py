"""What a provider publishes about itself (OpenID Connect Discovery 1.0), kept for ten minutes by its issuer."""

import threading
import time
from collections import OrderedDict

from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url

from portal.gateways.http import Answer, Unreachable, fetch
from portal.values.openid import Fault, url_fault

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""What an id_token may be signed with; never none, and never with a secret that is shared."""
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
KEPT = 200
SECONDS = 600


class Published:
    """The metadata and keys of providers: each is asked once in ten minutes, or at once where `fresh` is said."""

    def __init__(self, *, lenient: bool):
        self.lenient = lenient
        self._kept: OrderedDict[str, tuple[float, dict]] = OrderedDict()
        self._lock = threading.Lock()

    def metadata(self, issuer: str, *, fresh: bool = False) -> OpenIDProviderMetadata:
        """Give what the provider publishes, checked.

        :raises Fault: unreachable or settings, with what is wrong.
        """
        url = get_well_known_url(issuer, external=True)
        return self._through(f"about {issuer}", fresh, lambda: self._check(issuer, self._json(url)))

    def keys(self, issuer: str, *, fresh: bool = False) -> list[dict]:
        """Give the public keys that the provider signs with.

        :raises Fault: unreachable or settings.
        """
        uri = self.metadata(issuer)["jwks_uri"]
        kept = self._through(f"keys {issuer} {uri}", fresh, lambda: self._json(uri))
        keys = kept.get("keys")
        if not isinstance(keys, list):
            raise Fault("settings", f"{uri} has no list of keys.")
        return [key for key in keys[:50] if isinstance(key, dict)]

    def ask(self, method: str, url: str, *, headers: dict[str, str], body: str = "") -> Answer:
        """Ask the provider.

        :raises Fault: unreachable.
        """
        try:
            return fetch(method, url, headers=headers, body=body, lenient=self.lenient)
        except Unreachable as fault:
            raise Fault("unreachable", str(fault)) from fault

    def _json(self, url: str) -> dict:
        answer = self.ask("GET", url, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise Fault("unreachable", f"{url} answers with the status {answer.status_code}, not with settings.")
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Fault("settings", f"{url} is not JSON as providers publish it.")
        return found

    def _through(self, key: str, fresh: bool, make) -> dict:
        now = time.monotonic()
        with self._lock:
            known = self._kept.get(key)
        if known is not None and not fresh and now < known[0]:
            return known[1]
        made = make()
        with self._lock:
            self._kept[key] = (now + SECONDS, made)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def _check(self, issuer: str, found: dict) -> OpenIDProviderMetadata:
        """Check what is published: its issuer is the one that was asked, and all it names is gone to under the same rules."""
        if found.get("issuer") != issuer:
            named = found.get("issuer")
            told = f"calls itself {named[:200]}: write the issuer exactly so" if isinstance(named, str) else "names no issuer"
            raise Fault("settings", f"The provider at {issuer} {told}.")
        for name in (*NEEDED, "userinfo_endpoint"):
            if (name in NEEDED or name in found) and (fault := url_fault(found.get(name), lenient=self.lenient)):
                raise Fault("settings", f"Its {name} {fault if name in found else 'is missing'}.")
        _has(found, "response_types_supported", {"code"}, "the code flow")
        _has(found, "code_challenge_methods_supported", {"S256"}, "PKCE with S256")
        _has(found, "id_token_signing_alg_values_supported", set(ALGORITHMS), f"signatures with {', '.join(ALGORITHMS)}")
        return OpenIDProviderMetadata(found)


def _has(found: dict, name: str, wanted: set[str], words: str) -> None:
    """Hold a list of what is supported against what is needed; who publishes none is taken to support it."""
    given = found.get(name)
    if given is not None and not (isinstance(given, list) and wanted.intersection(one for one in given if isinstance(one, str))):
        raise Fault("settings", f"The provider does not support {words}.")
