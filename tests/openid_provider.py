"""An OpenID provider of the tests on loopback: it gives right answers, and on demand wrong ones."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from werkzeug.exceptions import NotFound
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT_ID = "portal"
CLIENT_SECRET = "for-tests-only-not-a-secret"


@dataclass
class Provider:
    """One provider. `claims` are of the person who is signed in there; `twist` alters the claims of the next token, `sign` how it is
    signed, `metadata` what is published, `tokens` the answer to a code, `userinfo` what is asked for later.
    """

    claims: dict = field(default_factory=dict)
    twist: Callable[[dict], dict] = lambda claims: claims
    sign: Callable[["Provider", dict], str] | None = None
    metadata: dict = field(default_factory=dict)
    tokens: Callable[[dict], dict | Response] = lambda answer: answer
    userinfo: Callable[[dict], object] | None = None
    strict: bool = True
    asked: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.key = rsa_key("one")
        self.published = [self.key.as_dict(private=False)]
        self.codes: dict[str, dict] = {}
        self.spent: set[str] = set()
        self.server = make_server("127.0.0.1", 0, Request.application(self.answer), threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        view = {
            "/.well-known/openid-configuration": self._configuration,
            "/keys": lambda _: _json({"keys": self.published}),
            "/authorize": self._authorize,
            "/token": self._token,
            "/me": self._me,
        }.get(request.path)
        return view(request) if view else NotFound().get_response()

    def _configuration(self, _) -> Response:
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/me",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256", "PS256", "EdDSA"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
            | self.metadata
        )

    def come_back(self, address: str) -> str:
        """Sign the person in at the address that the browser was sent to; give the address that it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = hashlib.sha256(address.encode()).hexdigest()[:24]
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def _authorize(self, request: Request) -> Response:
        return Response(status=303, headers={"Location": self.come_back(request.url)})

    def _token(self, request: Request) -> Response:
        code = request.form.get("code", "")
        asked = self.codes.get(code)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or (self.strict and code in self.spent):
            return _json({"error": "invalid_grant"}, 400)
        if self.strict and (
            request.headers.get("Authorization") != f"Basic {basic}"
            or challenge != asked["code_challenge"]
            or request.form.get("redirect_uri") != asked["redirect_uri"]
        ):
            return _json({"error": "invalid_client"}, 401)
        self.spent.add(code)
        given = self.tokens({"access_token": "access-" + code, "token_type": "Bearer", "expires_in": 60, "id_token": self._id_token(asked)})
        return given if isinstance(given, Response) else _json(given)

    def _id_token(self, asked: dict) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "exp": now + 300, "iat": now, "nonce": asked["nonce"]}
        claims = self.twist(claims | self.claims)
        return self.sign(self, claims) if self.sign else signed(claims, self.key)

    def _me(self, request: Request) -> Response:
        if self.userinfo is None or not request.headers.get("Authorization", "").startswith("Bearer access-"):
            return _json({"error": "invalid_token"}, 401)
        return _json(self.userinfo(self.claims))


@lru_cache
def rsa_key(name: str, bits: int = 2048) -> RSAKey:
    """Make a key once; under another name it is another key."""
    return RSAKey.generate_key(bits, {"kid": name, "use": "sig", "alg": "RS256"})


class Any(jws.JWSRegistry):
    """Every algorithm there is, good or bad."""

    def get_alg(self, name: str):
        return self.algorithms[name]


def signed(claims: dict, key, algorithm: str = "RS256", **header) -> str:
    """Sign claims with a key."""
    head = {"alg": algorithm, "kid": key.kid} | header
    head = {name: value for name, value in head.items() if value is not None}
    return jws.serialize_compact(head, json.dumps(claims).encode(), key, registry=Any(strict_check_header=False))


def unsigned(provider: Provider, claims: dict) -> str:
    """Make a token that says it needs no signature."""
    parts = [{"alg": "none"}, claims]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def with_public_key_as_secret(provider: Provider, claims: dict) -> str:
    """Sign with HS256 and the published key as the shared secret."""
    return by_hand({"alg": "HS256", "kid": "one"}, claims, lambda text: hmac.digest(provider.key.as_pem(private=False), text, "sha256"))


def with_client_secret(provider: Provider, claims: dict) -> str:
    """Sign with HS256 and the client secret."""
    return signed(claims, OctKey.import_key(CLIENT_SECRET.encode().ljust(32, b"0")), "HS256", kid="one")


def with_stranger(provider: Provider, claims: dict) -> str:
    """Sign with a key of somebody else under the published key's name."""
    return signed(claims, rsa_key("stranger"), kid="one")


def with_unpublished(provider: Provider, claims: dict) -> str:
    """Sign with a key that is not published."""
    return signed(claims, rsa_key("stranger"))


def with_key_inside(provider: Provider, claims: dict) -> str:
    """Sign with a key that the token itself brings along."""
    own = rsa_key("stranger")
    return signed(claims, own, jwk=own.as_dict(private=False))


def with_critical(provider: Provider, claims: dict) -> str:
    """Sign rightly, asking for what nobody knows."""
    head = {"alg": "RS256", "kid": "one", "crit": ["exp-at"], "exp-at": 1}
    return by_hand(head, claims, lambda text: provider.key.private_key.sign(text, PKCS1v15(), SHA256()))


def with_short_key(provider: Provider, claims: dict) -> str:
    """Publish a key of 1024 bits in place of the right one, and sign with it."""
    key = rsa.generate_private_key(65537, 1024)
    modulus = key.public_key().public_numbers().n.to_bytes(128, "big")
    provider.published = [{"kty": "RSA", "kid": "one", "n": base64.urlsafe_b64encode(modulus).rstrip(b"=").decode(), "e": "AQAB"}]
    return by_hand({"alg": "RS256", "kid": "one"}, claims, lambda text: key.sign(text, PKCS1v15(), SHA256()))


def with_sha_384(provider: Provider, claims: dict) -> str:
    """Sign rightly, in a way that is not accepted."""
    head = {"alg": "RS384", "kid": "one"}
    return by_hand(head, claims, lambda text: provider.key.private_key.sign(text, PKCS1v15(), SHA384()))


def by_hand(head: dict, claims: dict, sign: Callable[[bytes], bytes]) -> str:
    """Put a token together without a library that would refuse to."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, claims)]
    return b".".join([*parts, base64.urlsafe_b64encode(sign(b".".join(parts))).rstrip(b"=")]).decode()


@lru_cache
def keys_of_each_kind() -> list[tuple[str, object]]:
    """Make a key for each algorithm that is accepted."""
    return [
        ("RS256", RSAKey.generate_key(2048, {"kid": "r"})),
        ("PS256", RSAKey.generate_key(2048, {"kid": "p", "alg": "PS256"})),
        ("ES256", ECKey.generate_key("P-256", {"kid": "e"})),
        ("EdDSA", OKPKey.generate_key("Ed25519", {"kid": "o"})),
    ]


def _json(given: object, status: int = 200) -> Response:
    return Response(json.dumps(given), status, mimetype="application/json")
