"""The provider's word about a person: an id_token, held against OpenID Connect Core 1.0, section 3.1.3.7."""

import time

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from portal.gateways.openid.metadata import ALGORITHMS, Published
from portal.values.openid import Client, Fault, Flow

SKEW = 60
OLDEST = 15 * 60
LONGEST = 64 * 1024
KINDS = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
FITS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
LEAST_BITS = 2048


class _Accepted(jws.JWSRegistry):
    """The algorithms of ours and no others; EdDSA goes by that name with providers, whatever newer one it has (RFC 9864)."""

    def get_alg(self, name: str):
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"{name} is not accepted")
        return self.algorithms[name]


def read(token: object, *, client: Client, flow: Flow, access_token: str, published: Published) -> dict:
    """Give the claims of an id_token that holds: signature, issuer, audience, times, nonce and, where it is there, at_hash.

    :raises Fault: token, where anything does not; unreachable or settings, where the keys cannot be had.
    """
    if not isinstance(token, str) or len(token) > LONGEST:
        raise Fault("token", "There is no id_token in the answer.")
    try:
        header = jws.extract_compact(token.encode()).headers()
        signed = _verified(token, header, client, published)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {"iss": {"essential": True, "value": client.issuer}, "aud": {"essential": True, "value": client.client_id}},
            {"nonce": flow.nonce, "client_id": client.client_id, "access_token": access_token},
        )
        claims.validate(leeway=SKEW)
        _look_closer(claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise Fault("token", f"The id_token does not hold: {type(fault).__name__} {fault}"[:300]) from fault
    return dict(claims)


def _verified(token: str, header: dict, client: Client, published: Published) -> jwt.Token:
    """Verify the signature with the key that the token names; keys are fetched anew, once, when it names an unknown one."""
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise Fault("token", f"The id_token is signed with {str(algorithm)[:20]}, which is not accepted.")
    if "crit" in header:
        raise Fault("token", "The id_token asks for what is not known here (crit).")
    keys = _fitting(published.keys(client.issuer), header) or _fitting(published.keys(client.issuer, fresh=True), header)
    refused: JoseError | None = None
    for key in keys:
        try:
            return jwt.decode(token, key, registry=_Accepted(algorithms=[algorithm], strict_check_header=False))
        except JoseError as fault:
            refused = fault
    raise refused or Fault("token", "The id_token is signed with a key that the provider does not publish.")


def _fitting(published: list[dict], header: dict) -> list[RSAKey | ECKey | OKPKey]:
    """Read the keys that may have signed: of the right kind, for signing, and of that name where the token says one."""
    found = []
    for one in published:
        if one.get("kty") != FITS[header["alg"]] or one.get("use", "sig") != "sig" or one.get("alg", header["alg"]) != header["alg"]:
            continue
        if "kid" in header and one.get("kid") != header["kid"]:
            continue
        if one["kty"] == "RSA" and not (isinstance(one.get("n"), str) and len(one["n"]) * 6 >= LEAST_BITS):
            continue
        try:
            key = KINDS[one["kty"]].import_key(one)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if one["kty"] != "RSA" or key.public_key.key_size >= LEAST_BITS:
            found.append(key)
    return found


def _look_closer(claims: dict) -> None:
    """Check what the claims' own rules leave open: kinds of values, and that the token was made for this sign-in."""
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isascii():
        raise ValueError("sub")
    for name in ("exp", "iat"):
        if isinstance(claims[name], bool) or not isinstance(claims[name], int | float):
            raise ValueError(name)
    if not time.time() - OLDEST <= claims["iat"] <= time.time() + SKEW:
        raise ValueError("iat")
