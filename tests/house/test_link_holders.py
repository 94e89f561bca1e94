"""Who holds an emailed link, or is on the way in with one, gets to the pages of its purpose; everywhere else they are nobody."""

import pytest

from portal.domain import email_changes, outbox, safety, sign_in
from portal.domain.sign_in import mint_link
from portal.model import EmailMessage, User
from tests.house import access_rows
from tests.house.access_table import MAY
from tests.house.test_access_matrix import Route, ask, token_of
from tests.page_client import PageClient

OPENS = {
    "preferences": {"links.preferences", "links.choose", "links.undo", "links.undo_all", "links.go_to_place", "links.set_daily"},
    "unsubscribe": {"links.unsubscribe", "links.stop", "links.undo_stop", "links.stop_class", "links.undo_class"},
    "verify_address": {"links.verify_address", "links.confirm_address"},
    "stop_email_change": {"links.stop_email_change", "links.stop_change"},
    "not_me": {"links.not_me", "links.say_not_me"},
    "message": {"links.message", "links.message_letter"},
    "statement": {"links.statement"},
    "sign_in": set(),
    "invite": set(),
    "second": set(),
}
"""The pages that need a link of each purpose; those of signing in show what they have to anybody, see their own tests."""
OPENERS = {
    "preferences": "preferences",
    "unsubscribe": "unsubscribe",
    "verify_address": "address",
    "stop_email_change": "email-change",
    "not_me": "not-me",
    "message": "message",
    "statement": "statement",
}
NEEDS_NONE = {"links.settings", "links.send_settings", "links.renew"}
"""The public page that mails a link, and what a page about an ended link leads to."""
NEEDS_A_LINK = set().union(*OPENS.values())
NOT_HELD = {404, 410}
"""What the pages of links answer to whoever has no link for them."""


@pytest.fixture
def rows(database, cast):
    with database.writing() as session:
        return access_rows.make(session, cast)["own"]


@pytest.fixture
def holder(app, cast, database, settings, rows):
    """Open a browser that came by a link of a purpose, or that owes its second factor."""

    contact = cast.own_contacts["owner"]

    def come_by(purpose: str):
        http = PageClient(app, cast).http
        if purpose == "second":
            with database.writing() as session:
                waiting = sign_in.hold(session, session.get_one(User, contact.user_id), method="link")
            http.set_cookie("portal_second", waiting.token)
            return http
        assert http.get(path_of(purpose)).status_code == 303
        return http

    def path_of(purpose: str) -> str:
        with database.writing() as session:
            if purpose == "stop_email_change":
                email_changes.request(session, session.get_one(User, contact.user_id), "marta@new.example", by=cast.person())
                message = session.query(EmailMessage).filter_by(letter="address_change_notice").one()
                path = outbox.mint_links(session, message, settings.secret_key.encode(), "")["stop"]
            elif purpose == "not_me":
                safety.tell(session, session.get_one(User, contact.user_id), "password_set", by=cast.person())
                message = session.query(EmailMessage).filter_by(letter="sign_in_changed").one()
                path = outbox.mint_links(session, message, settings.secret_key.encode(), "")["not_me"]
            else:
                whose = {"user_id": cast.operators["viewer"].id} if purpose == "invite" else {"contact_id": contact.id}
                topic = "news" if purpose == "unsubscribe" else ""
                target = f"/account/statements/{rows['statement_id']}" if purpose == "statement" else "/account"
                whose |= {"message_id": _message_to(session, contact)} if purpose == "message" else {}
                token = mint_link(session, purpose=purpose, topic=topic, target=target, **whose)
                place = {"sign_in": "/sign-in/link", "invite": "/sign-in/invite"}.get(purpose) or f"/links/{OPENERS[purpose]}"
                path = f"{place}/{token}"
        return path

    come_by.path = path_of
    return come_by


def _message_to(session, contact):
    return session.query(EmailMessage).filter_by(letter="low_balance", contact_id=contact.id).one().id


def test_every_page_of_links_is_about_one_of_them(app):
    held = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("links.") and "token" not in rule.arguments}
    assert held - NEEDS_NONE == NEEDS_A_LINK, "say in OPENS which link opens it"


def routes(app):
    return [
        Route(rule.endpoint, method, frozenset(rule.arguments))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


@pytest.mark.parametrize("purpose", OPENS)
def test_a_link_opens_no_room_of_the_console_or_the_portal(app, rows, holder, purpose):
    http = holder(purpose)
    adapter = app.url_map.bind("localhost")
    for route in routes(app):
        if MAY.get(route.endpoint, "everybody") == "everybody":
            continue
        answer = ask(http, route, route.path(adapter, rows))
        assert answer.status_code == 303, f"{route}: {answer.status_code} to the holder of a link ({purpose})"
        assert answer.headers["Location"].startswith("/sign-in"), f"{route} leads the holder of a link to {answer.headers['Location']}"


@pytest.mark.parametrize("purpose", OPENS)
def test_a_link_opens_the_pages_of_its_purpose_and_of_no_other(app, rows, holder, purpose):
    http = holder(purpose)
    adapter = app.url_map.bind("localhost")
    for route in routes(app):
        if route.endpoint not in NEEDS_A_LINK or route.method != "GET":
            continue
        status = http.get(route.path(adapter, rows)).status_code
        wanted = {200} if route.endpoint in OPENS[purpose] else NOT_HELD
        assert status in wanted, f"{route}: {status} to the holder of a link for {purpose}"


@pytest.mark.parametrize("purpose", OPENS)
def test_a_form_of_another_purpose_acts_on_nothing(app, rows, holder, database, purpose):
    http = holder(purpose)
    token = token_of(http)
    adapter = app.url_map.bind("localhost")
    for route in routes(app):
        if route.endpoint not in NEEDS_A_LINK - OPENS[purpose] or route.method == "GET":
            continue
        status = ask(http, route, route.path(adapter, rows), token).status_code
        assert status in NOT_HELD, f"{route}: {status} to the holder of a link for {purpose}"


@pytest.mark.parametrize("purpose", [purpose for purpose in OPENS if purpose != "second"])
def test_a_token_opens_the_door_of_its_purpose_and_of_no_other(app, cast, holder, purpose):
    """Every purpose at every door, its own the last: what a mail's link is for, it is for nothing else. "second" is a cookie, no link."""
    token = holder.path(purpose).rpartition("/")[2]
    for door in sorted(OPENERS, key=lambda door: door == purpose):
        answer = PageClient(app, cast).http.get(f"/links/{OPENERS[door]}/{token}")
        wanted = 303 if purpose == door else 404
        assert answer.status_code == wanted, f"a link for {purpose}, at the door for {door}: {answer.status_code}"
