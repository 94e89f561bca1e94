"""A message and a statement in the browser, for whoever holds the link; and stopping a whole class of mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import communications, messages, outbox, statements, topics, wallets
from portal.domain.sign_in import mint_link
from portal.model import Contact, Customer, EmailLink, EmailMessage
from portal.values import clock


@pytest.fixture
def told(database, cast):
    """Write a low balance to our owner; gives the message's id."""
    with database.writing() as session:
        own = session.get_one(Customer, cast.own.id)
        facts = {"currency": "EUR", "balance": 100, "threshold": 20000}
        links = {"open_wallet": {"purpose": "sign_in", "target": "/account"}}
        return messages.tell(session, own, "wallet", "low_balance", facts=facts, links=links, key="low")[0].id


@pytest.fixture
def view_path(database, settings, told):
    with database.writing() as session:
        return outbox.mint_links(session, session.get_one(EmailMessage, told), settings.secret_key.encode(), "")["view"]


def tokens(database):
    with database.reading() as session:
        return len(session.scalars(select(EmailLink)).all())


def test_every_mail_that_can_be_stopped_can_be_read_in_the_browser(client, database, view_path):
    before = tokens(database)
    page = client.follow(client.get(view_path, status=303))
    assert "m•••••a@gruenwald.example" in page.text
    assert "Its links are dead in this copy" in page.text
    [frame] = page.find_all("iframe")
    letter = client.http.get(frame.get("src"))
    assert "below 200.00" in letter.get_data(as_text=True)
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert tokens(database) == before


def test_the_copy_holds_no_way_in(client, app, database, view_path):
    client.get(view_path, status=303)
    for part in ("/links/message?part=text", "/links/message/html"):
        text = client.http.get(part).get_data(as_text=True)
        assert "/sign-in/link/••••••••" in text.replace("%E2%80%A2", "•")
        assert "/links/unsubscribe/••••••••" in text.replace("%E2%80%A2", "•")


def test_without_the_link_there_is_no_copy(client, told):
    for path in ("/links/message", "/links/message/html"):
        assert client.http.get(path).status_code == 410


def test_a_statement_is_shown_and_nothing_but_it(client, database, cast):
    with database.writing() as session:
        by, now = cast.operator(), clock.now()
        issued = {}
        for name in ("own", "neighbour"):
            wallet = wallets.open(session, session.get_one(Customer, getattr(cast, name).id), "EUR", by=by)
            wallets.adjust(session, wallet, 5_000, reason="goodwill", key=name, by=by)
            issued[name] = statements.issue(
                session, wallet, now - timedelta(days=1), clock.now() + timedelta(seconds=1), time_zone="UTC", by=by
            )
        owner = cast.own_contacts["owner"].id
        right, foreign, broken = (
            mint_link(session, purpose="statement", contact_id=owner, target=target)
            for target in (f"/account/statements/{issued['own'].id}", str(issued["neighbour"].id), "nonsense")
        )
        code = statements.grouped(issued["own"].code)
    page = client.follow(client.get(f"/links/statement/{right}", status=303))
    assert page.h1.startswith("Statement,")
    assert code in page.text
    assert "50.00" in page.text
    client.get(f"/links/statement/{foreign}", status=303)
    assert client.http.get("/links/statement").status_code == 404
    client.get(f"/links/statement/{broken}", status=303)
    assert client.http.get("/links/statement").status_code == 410


def test_all_marketing_is_stopped_at_once_and_undone_at_once(client, database, cast, link):
    with database.writing() as session:
        events = topics.add(session, "Events", "", by=cast.operator()).key
        viewer = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(session, viewer, {"news": True, events: True}, how="form", by=cast.operator())
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', topic='news')}", status=303))
    assert "Product news, Events" in page.text
    done = client.follow(client.submit(page, "/links/unsubscribe/class"))
    assert "2 choices saved." in done.text
    assert chosen(database, cast)[-2:] == [("news", False, "Stop all marketing mail"), (events, False, "Stop all marketing mail")]
    client.submit(done, "/links/unsubscribe/reversal", status=303)
    assert {topic: wanted for topic, wanted, _ in chosen(database, cast)} == {"news": True, events: True}


def test_all_billing_mail_hands_over_what_only_this_one_got(client, database, cast, link):
    page = client.follow(client.get(f"/links/unsubscribe/{link('unsubscribe', role='owner', topic='wallet')}", status=303))
    asked = client.submit(page, "/links/unsubscribe/class", status=422)
    assert "Nothing has been saved yet." in asked.text
    client.follow(client.submit(asked, "/links/unsubscribe/class"))
    with database.reading() as session:
        own = session.get_one(Customer, cast.own.id)
        for key in ("wallet", "reminders", "invoices"):
            will = [one.contact.id for one in communications.recipients(session, own, key) if one.will]
            assert will
            assert cast.own_contacts["owner"].id not in will


def test_an_old_link_of_a_topic_that_is_hidden_now_still_stops_it(app, client, database, cast, link):
    token = link("unsubscribe", topic="news")
    with database.writing() as session:
        viewer = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(session, viewer, {"news": True}, how="form", by=cast.operator())
        topics.set_hidden(session, "news", True, by=cast.operator())
    answer = app.test_client(use_cookies=False).post(f"/links/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert chosen(database, cast)[-1][:2] == ("news", False)
    client.follow(client.get(f"/links/unsubscribe/{token}", status=303))


def chosen(database, cast):
    with database.reading() as session:
        history = communications.history(session, cast.own_contacts["viewer"].id)
        return [(one.row.topic, one.row.wanted, one.row.wording) for one in reversed(history)]
