"""OpenID Connect in plain values: whom one is a client of, what one sign-in holds, and who came back."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.values import tokens
from portal.values.errors import BadValue
from portal.values.networks import is_loopback, is_private_name

MAX_ISSUER = 500
PORTS = frozenset({443, 8443})
_STRANGE = re.compile(r"[\x00-\x20\x7f-\uffff\\]")


@dataclass(frozen=True, kw_only=True)
class Client:
    """What the provider knows us as. `secret` is empty for a public client; `callback` is this provider's own address of ours."""

    issuer: str
    client_id: str
    secret: str
    callback: str


@dataclass(frozen=True)
class Flow:
    """The three secrets of one sign-in: they bind the answer to the browser, the token to the question, the code to us."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> "Flow":
        return cls(tokens.new_token(), tokens.new_token(), tokens.new_token())


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Who came back: issuer and subject are who they are (OpenID Connect Core, section 5.7), the address only what is said of them.

    `email_verified` is True only where the provider said so with a JSON true.
    """

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""


class Fault(Exception):
    """Why a sign-in at a provider went no further; `kind` is what a page says about it, the text is for those who run it.

    Kinds: unreachable, settings (what the provider publishes does not fit), denied, mismatch, refused (our code or secret was),
    token (its word about the person does not hold).
    """

    def __init__(self, kind: str, text: str):
        super().__init__(text)
        self.kind = kind


def parse_issuer(text: str, *, lenient: bool = False) -> str:
    """Read an issuer: an https address without query or fragment (OpenID Connect Discovery, section 3).

    With `lenient`, for trying out and tests, http is accepted on this very computer.

    :raises BadValue: saying what is wrong.
    """
    issuer = text.strip().removesuffix("/.well-known/openid-configuration")
    if not issuer:
        raise BadValue("The issuer is missing.")
    if len(issuer) > MAX_ISSUER:
        raise BadValue(f"An issuer has at most {MAX_ISSUER} characters.")
    if fault := url_fault(issuer, lenient=lenient):
        raise BadValue(f"The issuer {fault}.")
    if "?" in issuer or "#" in issuer:
        raise BadValue("An issuer has no ? and no #: it is the address that the provider names in its settings as issuer.")
    return issuer


def url_fault(url: object, *, lenient: bool = False) -> str:
    """Say why an address of a provider is not gone to; nothing when it is fine. Whether its host is public is seen when it is fetched."""
    if not isinstance(url, str) or _STRANGE.search(url):
        return "is not written as an address"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is not written as an address"
    if not host or parts.username is not None or parts.password is not None:
        return "is not an address as in https://login.example.com"
    if lenient and parts.scheme in {"http", "https"} and is_loopback(host):
        return ""
    if parts.scheme != "https":
        return "begins with https://"
    if is_private_name(host):
        return "is on this computer or a private network, which Portal does not ask"
    return "" if (port or 443) in PORTS else f"uses port {port}; providers are asked at 443 and 8443"
