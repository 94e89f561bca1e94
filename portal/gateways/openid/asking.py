"""The two halves of a sign-in: the address that the browser is sent to, and what is made of its coming back."""

from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from portal.gateways.http import Answer, Unreachable
from portal.gateways.openid import id_tokens
from portal.gateways.openid.metadata import Published
from portal.values.openid import Client, Fault, Flow, Shown

SCOPE = "openid email profile"
ONCE = ("code", "state", "iss", "error")


class Asking:
    """What `OpenID` does."""

    def __init__(self, *, lenient: bool):
        self._published = Published(lenient=lenient)

    def check(self, issuer: str) -> str:
        metadata = self._published.metadata(issuer, fresh=True)
        if not self._published.keys(issuer, fresh=True):
            raise Fault("settings", "The provider publishes no keys.")
        return urlsplit(metadata["authorization_endpoint"]).netloc

    def address(self, client: Client, flow: Flow, *, hint: str) -> str:
        metadata = self._published.metadata(client.issuer)
        url, _ = self._oauth(client, metadata).create_authorization_url(
            metadata["authorization_endpoint"],
            state=flow.state,
            code_verifier=flow.verifier,
            nonce=flow.nonce,
            login_hint=hint or None,
        )
        return url

    def shown(self, client: Client, flow: Flow, answer: list[tuple[str, str]]) -> Shown:
        metadata = self._published.metadata(client.issuer)
        given = dict(answer)
        if any(len([name for name, _ in answer if name == once]) > 1 for once in ONCE) or given.get("state") != flow.state:
            raise Fault("mismatch", "The answer is not one to this question.")
        if given.get("iss", client.issuer) != client.issuer or (
            metadata.get("authorization_response_iss_parameter_supported") is True and "iss" not in given
        ):
            raise Fault("mismatch", "The answer comes from another provider (RFC 9207).")
        if "error" in given:
            raise Fault("denied", f"The provider answered {given['error'][:60]}.")
        if not given.get("code"):
            raise Fault("mismatch", "There is no code in the answer.")
        tokens = self._tokens(client, flow, metadata, given["code"])
        access_token = tokens.get("access_token") if isinstance(tokens.get("access_token"), str) else ""
        claims = id_tokens.read(tokens.get("id_token"), client=client, flow=flow, access_token=access_token, published=self._published)
        return _person(client.issuer, claims["sub"], self._said(claims, metadata, access_token))

    def _tokens(self, client: Client, flow: Flow, metadata: dict, code: str) -> dict:
        try:
            return self._oauth(client, metadata).fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
                redirect_uri=client.callback,
            )
        except OAuth2Error as fault:
            raise Fault("refused", f"The provider refused the code: {str(fault.error)[:60]}.") from fault
        except (ValueError, TypeError, Unreachable) as fault:
            raise Fault("refused", "The provider's answer to the code cannot be read.") from fault

    def _said(self, claims: dict, metadata: dict, access_token: str) -> dict:
        """Give what is said of the person: by the id_token, and by userinfo where the address or its state is not in it."""
        if {"email", "email_verified"} <= claims.keys() or "userinfo_endpoint" not in metadata or not access_token:
            return claims
        answer = self._published.ask(
            "GET", metadata["userinfo_endpoint"], headers={"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        )
        try:
            found = answer.json() if answer.status_code == 200 and answer.content_type == "application/json" else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            return claims
        if found.get("sub") != claims["sub"]:
            raise Fault("token", "Userinfo speaks of somebody else.")
        return found if "email" in found else claims

    def _oauth(self, client: Client, metadata: dict) -> OAuth2Client:
        return OAuth2Client(
            _Line(self._published),
            client_id=client.client_id,
            client_secret=client.secret,
            token_endpoint_auth_method=_method(client, metadata),
            redirect_uri=client.callback,
            scope=SCOPE,
            code_challenge_method="S256",
        )


class _Line:
    """Our own careful way of asking, as Authlib calls it."""

    def __init__(self, published: Published):
        self._published = published

    def post(self, url: str, *, data: dict[str, str], headers: dict[str, str], auth) -> Answer:
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._published.ask("POST", url, headers=headers, body=body)


def _method(client: Client, metadata: dict) -> str:
    """Choose how the client shows itself: with its secret in the header, or in the body where that is all the provider knows.

    A secret with letters that RFC 6749 wants encoded in the header goes into the body too, where everybody reads it alike.
    """
    if not client.secret:
        return "none"
    known = metadata.get("token_endpoint_auth_methods_supported")
    known = known if isinstance(known, list) else ["client_secret_basic"]
    plain = quote(client.client_id + client.secret, safe="") == client.client_id + client.secret
    if "client_secret_post" in known and (not plain or "client_secret_basic" not in known):
        return "client_secret_post"
    return "client_secret_basic"


def _person(issuer: str, subject: str, said: dict) -> Shown:
    email, name = said.get("email"), said.get("name")
    return Shown(
        issuer=issuer,
        subject=subject,
        email=email if isinstance(email, str) and len(email) <= 254 else "",
        email_verified=said.get("email_verified") is True,
        name=name[:255] if isinstance(name, str) else "",
    )
