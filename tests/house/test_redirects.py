"""`next` leads to pages of our own only, however a browser might read it."""

from urllib.parse import urlsplit

import pytest

from portal.web.sign_in.targets import own_path

pytestmark = pytest.mark.one_database

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/console",
    "//evil.example/console/customers",
    "//localhost@evil.example/console",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example/console",
    "/console\\..\\..\\evil",
    "http://evil.example",
    "https://evil.example/console",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JavaScript://localhost/%0aalert(1)",
    "java\tscript:alert(1)",
    "data:text/html,evil",
    "vbscript:evil",
    "mailto:evil@evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/console\r\nSet-Cookie: a=b",
    "/console\r\nLocation: https://evil.example",
    "/console%0d%0aSet-Cookie:a=b",
    "/console%00",
    "/console%09/evil",
    "/console%5c..%5cevil",
    "/%2f/evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "%2f%2fevil.example",
    "/%09/evil.example",
    "/.evil.example",
    "/..//evil.example",
    "/console/..//evil.example",
    "/console/../../evil.example",
    "/console//evil.example",
    "/account//evil.example/account",
    "/account@evil.example",
    "/console.evil.example",
    "console",
    "console/customers",
    "?next=//evil.example",
    "#//evil.example",
    "@evil.example",
    ".evil.example",
    "evil.example",
    "〱evil.example",
    "／／evil.example",
    "//evil。example",
    "//[::1]/console",
    "//[",
    "http://[::1/console",
    "/sign-out",
    "/sign-in",
    "/sign-in/link/some-token",
    "/links/unsubscribe/some-token",
    "/assets/app.css",
    "/metrics",
    "/console/there-is-no-such-page",
    "/account/access/support",
    "/console/profile/density",
    "/console/customers/not-an-id",
    "/console?" + "x" * 3000,
    "",
    None,
]

OURS = [
    "/console",
    "/console/profile",
    "/account",
    "/account/access",
    "/account/access?from=mail",
    "/console/profile?next=//evil.example",
    "/console/profile?q=Gr%C3%BCnwald",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_is_no_page_of_ours_is_not_followed(app, text):
    with app.test_request_context():
        assert own_path(text) == ""


@pytest.mark.parametrize("text", OURS)
def test_pages_of_ours_are_followed(app, text):
    with app.test_request_context():
        assert own_path(text) == text


def test_the_list_is_long_enough():
    assert len(ELSEWHERE) >= 60


def test_no_form_hands_another_host_on(client):
    for text in filter(None, ELSEWHERE):
        for path in ("/sign-in", "/sign-in/password"):
            page = client.get(path, query_string={"next": text})
            assert not page.find_all("input", name="next"), f"{path} hands {text!r} on"


def test_no_answer_of_signing_in_leads_to_another_host(client):
    person = client.as_person()
    place = str(client.cast.own_contacts["owner"].id)
    for text in filter(None, ELSEWHERE):
        answer = person.post("/sign-in/choose", {"place": place, "next": text})
        target = urlsplit(answer.location)
        assert (target.scheme, target.netloc) == ("", ""), f"next={text!r} leads to {answer.location}"
        assert target.path == "/account", f"next={text!r} leads to {answer.location}"


def test_a_page_of_another_host_is_not_come_back_to(client):
    for url in ("https://evil.example/console", "//evil.example/console", "javascript:alert(1)"):
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": url}
        answer = client.http.get("/account/access", headers=headers)
        assert "evil" not in answer.headers["HX-Redirect"]
        assert "alert" not in answer.headers["HX-Redirect"]
