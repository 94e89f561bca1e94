"""A provider, or somebody between, that answers wrongly: nobody is signed in, and our own words say so."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.wrappers import Response

from portal.model import BrowserSession
from portal.web.sign_in import flows
from tests import openid_provider
from tests.openid_provider import Provider, signed
from tests.page_client import PageClient
from tests.web.sign_in.openid_steps import begin, come_back, refused, sessions_of, set_up, sign_in

OWNER = {"sub": "u-1", "email": "owner@northwind.example", "email_verified": True}


@pytest.fixture
def providers():
    """Two providers: the first is a bad one where a test makes it so."""
    made = [Provider(claims=dict(OWNER)), Provider(claims=dict(OWNER))]
    yield made
    for one in made:
        if one.thread.is_alive():
            one.stop()


@pytest.fixture
def okta(providers):
    return providers[0]


@pytest.fixture
def row(database, settings, cast, okta):
    return set_up(database, settings, okta, "northwind.example")


def with_(**other):
    """Alter claims; None leaves one out."""
    return lambda claims: {name: value for name, value in (claims | other).items() if value is not None}


TOKENS = {
    "another nonce": with_(nonce="another"),
    "no nonce": with_(nonce=None),
    "a nonce that is no text": with_(nonce=["x"]),
    "nonce_supported is false": with_(nonce=None, nonce_supported=False),
    "another audience": with_(aud="somebody-else"),
    "no audience": with_(aud=None),
    "an audience of none": with_(aud=[]),
    "two audiences and no azp": with_(aud=["portal", "somebody-else"]),
    "another azp": with_(azp="somebody-else"),
    "two audiences and another azp": with_(aud=["portal", "somebody-else"], azp="somebody-else"),
    "another issuer": with_(iss="https://login.example.com"),
    "no issuer": with_(iss=None),
    "two issuers": lambda claims: claims | {"iss": [claims["iss"]]},
    "expired": lambda claims: claims | {"exp": int(time.time()) - 120},
    "no end": with_(exp=None),
    "an end that is no number": with_(exp="2999-01-01"),
    "an end that is true": with_(exp=True),
    "made tomorrow": lambda claims: claims | {"iat": int(time.time()) + 86_400, "exp": int(time.time()) + 90_000},
    "made an hour ago": lambda claims: claims | {"iat": int(time.time()) - 3_600},
    "made at no time": with_(iat=None),
    "not yet good": lambda claims: claims | {"nbf": int(time.time()) + 3_600},
    "no subject": with_(sub=None),
    "an empty subject": with_(sub=""),
    "a subject that is a number": with_(sub=7),
    "a subject that is a list": with_(sub=["u-1"]),
    "a subject that is too long": with_(sub="u" * 256),
    "another access token": with_(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("wrong", TOKENS)
def test_a_token_with_wrong_claims(client, database, row, okta, wrong):
    okta.twist = TOKENS[wrong]
    refused(client, database, sign_in(client, row, okta, status=422), "cannot be trusted")


SIGNATURES = {
    "none": openid_provider.unsigned,
    "the public key as a secret": openid_provider.with_public_key_as_secret,
    "the client secret": openid_provider.with_client_secret,
    "a stranger under the same name": openid_provider.with_stranger,
    "a key that is not published": openid_provider.with_unpublished,
    "a key of its own inside": openid_provider.with_key_inside,
    "critical and unknown": openid_provider.with_critical,
    "RS384": openid_provider.with_sha_384,
    "a key that is too short": openid_provider.with_short_key,
    "a signature cut off": lambda provider, claims: signed(claims, provider.key).rpartition(".")[0] + ".",
    "claims exchanged": lambda provider, claims: _exchanged(provider, claims),
    "five parts": lambda provider, claims: signed(claims, provider.key) + ".x.y",
    "nothing at all": lambda provider, claims: "",
    "a head that cannot be read": lambda provider, claims: signed(claims, provider.key).replace("eyJ", "eyK", 1),
}


def _exchanged(provider: Provider, claims: dict) -> str:
    head, _, signature = signed(claims, provider.key).split(".")
    _, other, _ = signed(claims | {"email": "other@northwind.example"}, provider.key).split(".")
    return ".".join((head, other, signature))


@pytest.mark.parametrize("wrong", SIGNATURES)
def test_a_token_with_a_wrong_signature(client, database, row, okta, wrong):
    okta.sign = SIGNATURES[wrong]
    refused(client, database, sign_in(client, row, okta, status=422), "cannot be trusted")


ANSWERS = {
    "no id_token": lambda answer: {name: value for name, value in answer.items() if name != "id_token"},
    "an id_token that is a list": lambda answer: answer | {"id_token": [answer["id_token"]]},
    "an error": lambda _: {"error": "<script>alert(1)</script>", "error_description": "<b>raw</b>"},
    "a list": lambda answer: [answer],
    "words": lambda _: Response("<html>sign in</html>"),
    "a redirect": lambda _: Response(status=302, headers={"Location": "http://169.254.169.254/"}),
    "a fault": lambda _: Response("broken", 500),
    "too much": lambda _: Response("x" * 600_000),
    "nested": lambda _: Response("[" * 100_000),
}


@pytest.mark.parametrize("wrong", ANSWERS)
def test_a_wrong_answer_to_the_code(client, database, row, okta, wrong):
    okta.tokens = ANSWERS[wrong]
    page = sign_in(client, row, okta, status=503 if wrong == "too much" else 422)
    refused(client, database, page)
    assert "raw" not in page.body
    assert "alert" not in page.body


def _altered(address: str, **other: str | None) -> str:
    parts = urlsplit(address)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()} | other
    return f"{parts.path}?{urlencode({name: value for name, value in given.items() if value is not None})}"


@pytest.mark.parametrize(
    "other",
    [
        {"state": "another"},
        {"state": None},
        {"state": ""},
        {"iss": "https://login.example.com"},
        {"iss": None},
        {"iss": ""},
        {"code": None},
    ],
    ids=str,
)
def test_a_browser_that_brings_a_wrong_answer(client, database, row, okta, other):
    address = okta.come_back(begin(client, row))
    refused(client, database, come_back(client, _altered(address, **other), status=422), "is not the answer to what this browser asked")


@pytest.mark.parametrize("name", ["code", "state", "iss"])
def test_a_browser_that_brings_two_answers(client, database, row, okta, name):
    address = okta.come_back(begin(client, row))
    given = parse_qs(urlsplit(address).query)[name][0]
    for second in (f"{address}&{name}=another", f"{address}&{urlencode({name: given})}"):
        refused(client, database, come_back(client, second, status=422))


def test_a_code_of_somebody_else(client, database, row, okta, app, cast):
    """Code injection: the attacker's code in the victim's browser, with the victim's state. PKCE and the nonce hold it off."""
    theirs = okta.come_back(begin(PageClient(app, cast), row))
    mine = okta.come_back(begin(client, row))
    injected = _altered(mine, code=parse_qs(urlsplit(theirs).query)["code"][0])
    refused(client, database, come_back(client, injected, status=422), "refused to confirm")


def test_a_code_of_somebody_else_at_a_provider_that_does_not_look(client, database, row, okta, app, cast):
    okta.strict = False
    theirs = okta.come_back(begin(PageClient(app, cast), row))
    mine = okta.come_back(begin(client, row))
    injected = _altered(mine, code=parse_qs(urlsplit(theirs).query)["code"][0])
    refused(client, database, come_back(client, injected, status=422), "cannot be trusted")


def test_a_link_that_began_in_another_browser(client, database, row, okta, app, cast):
    """Login CSRF: the attacker sends their own way in to the victim."""
    theirs = okta.come_back(begin(PageClient(app, cast), row))
    refused(client, database, come_back(client, theirs, status=422), "began in another browser")
    begin(client, row)
    refused(client, database, come_back(client, theirs, status=422), "began in another browser")


@pytest.mark.parametrize("strict", [True, False])
def test_an_answer_is_good_once(client, database, row, okta, strict):
    okta.strict = strict
    address = okta.come_back(begin(client, row))
    come_back(client, address)
    [held] = sessions_of(database)
    with database.writing() as session:
        session.get_one(BrowserSession, held.id).ended_at = held.created_at
    come_back(client, address, status=422)
    assert sessions_of(database) == []


@pytest.mark.parametrize("strict", [True, False])
def test_a_cookie_of_before_makes_no_answer_good_again(client, database, row, okta, strict):
    okta.strict = strict
    address = okta.come_back(begin(client, row))
    before = client.http.get_cookie("portal_form").value
    come_back(client, address)
    [held] = sessions_of(database)
    with database.writing() as session:
        session.get_one(BrowserSession, held.id).ended_at = held.created_at
    client.http.delete_cookie("portal_console")
    client.http.set_cookie("portal_form", before)
    refused(client, database, come_back(client, address, status=422))


def test_ten_minutes_are_long_enough(client, database, row, okta, monkeypatch):
    address = okta.come_back(begin(client, row))
    monkeypatch.setattr(flows, "SECONDS", -1)
    refused(client, database, come_back(client, address, status=422), "took longer than ten minutes")


def test_the_answer_of_one_provider_at_the_callback_of_another(client, database, settings, row, okta, providers):
    """Mix-up: each provider has a callback of its own, and its name in the answer (RFC 9207)."""
    honest = providers[1]
    other = set_up(database, settings, honest, name="Honest")
    address = okta.come_back(begin(client, row))
    at_other = address.replace(str(row.id), str(other.id))
    refused(client, database, come_back(client, at_other, status=422), "is not the answer to what this browser asked")
    mine = honest.come_back(begin(client, other))
    crossed = mine.replace(str(other.id), str(row.id))
    refused(client, database, come_back(client, crossed, status=422))
    assert "/token" not in okta.asked + honest.asked


def test_a_provider_that_says_it_is_another_one(client, database, row, okta, providers):
    okta.twist = with_(iss=providers[1].issuer)
    refused(client, database, sign_in(client, row, okta, status=422), "cannot be trusted")


@pytest.mark.parametrize("error", ["access_denied", "login_required", "server_error", "<img src=x onerror=alert(1)>"])
def test_a_provider_that_sends_back_without_signing_in(client, database, row, okta, error):
    state = parse_qs(urlsplit(begin(client, row, next="/console/settings/limits")).query)["state"][0]
    given = {"error": error, "error_description": "<b>theirs</b>", "state": state, "iss": okta.issuer}
    page = come_back(client, f"/sign-in/openid/{row.id}/callback?{urlencode(given)}", status=422)
    refused(client, database, page, "You were not signed in there")
    assert "theirs" not in page.body
    assert error not in page.body
    assert page.form(f"/openid/{row.id}")["next"] == "/console/settings/limits"


PUBLISHED = {
    "another issuer": {"issuer": "https://login.example.com"},
    "no issuer": {"issuer": None},
    "an address in the private network": {"authorization_endpoint": "http://192.168.0.1/authorize"},
    "script": {"authorization_endpoint": "javascript:alert(1)"},
    "no keys": {"jwks_uri": None},
    "keys in the private network": {"jwks_uri": "https://169.254.169.254/keys"},
    "a token endpoint without TLS": {"token_endpoint": "http://login.example.com/token"},
    "userinfo elsewhere inside": {"userinfo_endpoint": "https://10.0.0.1/me"},
    "no code flow": {"response_types_supported": ["id_token"]},
    "PKCE plain only": {"code_challenge_methods_supported": ["plain"]},
    "HS256 only": {"id_token_signing_alg_values_supported": ["HS256", "none"]},
}


@pytest.mark.parametrize("wrong", PUBLISHED)
def test_what_a_provider_publishes_does_not_fit(client, database, row, okta, wrong):
    okta.metadata = PUBLISHED[wrong]
    page = client.post(f"/sign-in/openid/{row.id}", status=422)
    refused(client, database, page, "does not fit")
    assert not page.find_all("meta", http_equiv="refresh")


def test_a_provider_that_does_not_answer(client, database, row, okta):
    okta.stop()
    page = client.post(f"/sign-in/openid/{row.id}", status=503)
    refused(client, database, page, "did not answer just now")


def test_only_pages_of_ours_are_gone_on_to(client, database, row, okta):
    assert sign_in(client, row, okta, next="https://evil.example/").location == "/console"
