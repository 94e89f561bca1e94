"""The one way to be signed in is a session of ours: nothing else that a browser may send opens a page."""

import pytest
from flask_login.utils import encode_cookie

from portal.web import signed_in

ASKS_TO_SIGN_IN = "/sign-in"


@pytest.fixture
def browser(app):
    return app.test_client()


def opened(browser, **options) -> bool:
    answer = browser.get("/console/customers/", **options)
    assert answer.status_code == 200 or answer.location.startswith(ASKS_TO_SIGN_IN)
    return answer.status_code == 200


def test_a_session_of_ours_opens_the_console(client):
    assert client.as_operator("owner").get("/console/customers/").status == 200


def test_a_mark_in_the_form_cookie_opens_nothing(browser, cast):
    with browser.session_transaction() as form:
        form.update(_user_id=str(cast.operators["owner"].id), _fresh=True)
    assert not opened(browser)


def test_a_cookie_to_be_remembered_by_opens_nothing_and_stays_as_it_is(app, browser, cast):
    with app.app_context():
        browser.set_cookie("remember_token", encode_cookie(str(cast.operators["owner"].id)))
    assert not opened(browser)
    assert "remember_token" not in "".join(browser.get("/console/customers/").headers.getlist("Set-Cookie"))


def test_a_header_opens_nothing(browser, cast):
    assert not opened(browser, headers={"Authorization": f"Bearer {cast.operators['owner'].id}"})


def test_to_a_session_of_the_portal_the_console_is_not_there(app, browser, client):
    with app.app_context():
        theirs = client.as_person("owner").http.get_cookie(signed_in.cookie_name("portal")).value
        browser.set_cookie(signed_in.cookie_name("console"), theirs)
    assert browser.get("/console/customers/").status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_words(user_agent, told):
    assert signed_in.device(user_agent) == told
