"""The log of mail in the console: searched, filtered and paged by its address; one message's life; sending it again."""

import pytest
from sqlalchemy import select

from portal.domain import actors, communications, messages, suppressions
from portal.domain.letters import LETTERS
from portal.domain.mail_log import streams
from portal.model import EmailMessage
from portal.values import clock

CREDIT = {
    "amount": 2500, "before": 0, "after": 2500, "currency": "EUR", "reason": "Goodwill", "text": "Sorry",
    "posted_at": "2026-11-23T08:14:00+00:00",
}  # fmt: skip
WALLET = {"open_wallet": {"purpose": "sign_in", "target": "/account"}}


@pytest.fixture
def told(database, cast):
    """Tell our customer's owner, and the viewer who chose it, of credit; gives the two messages' ids."""
    with database.writing() as session:
        viewer = session.merge(cast.own_contacts["viewer"])
        communications.choose(session, viewer, {"wallet": True}, how="form", by=cast.person("viewer"))
        made = messages.tell(session, session.merge(cast.own), "wallet", "wallet_credited", facts=CREDIT, links=WALLET, key="entry-1")
        return [one.id for one in made]


def state_of(database, message_id, **columns) -> None:
    with database.writing() as session:
        message = session.get_one(EmailMessage, message_id)
        for name, value in columns.items():
            setattr(message, name, value)


def test_the_log_is_searched_and_filtered_in_its_address(client, database, told):
    state_of(database, told[1], state="bounced")
    client = client.as_operator("support")
    page = client.get("/console/messages?q=vera@")
    assert "vera@gruenwald.example" in page.text
    assert "marta@gruenwald.example" not in page.text
    page = client.get("/console/messages?state=bounced&letter=wallet_credited&customer=CUST-57&from=2020-01-01")
    assert page.body.count('scope="row"') == 1
    assert "Came back" in page.text
    assert f"Letter {LETTERS['wallet_credited'].title}" in page.text
    chips = {link.get("href") for link in page.find_all("a") if (link.get("aria-label") or "").startswith("Remove")}
    assert "/console/messages?from=2020-01-01&letter=wallet_credited&customer=CUST-57" in chips


def test_a_filter_that_cannot_be_read_is_said_and_narrows_nothing(client, told):
    client = client.as_operator("viewer")
    page = client.get("/console/messages?from=someday&state=lost&customer=NOBODY")
    assert "No customer has this ID." in page.text
    assert page.body.count('scope="row"') == 2


def test_a_customers_emails_have_the_same_filters_and_stay_the_customers(client, cast, database, told):
    with database.writing() as session:
        messages.tell(session, session.merge(cast.neighbour), "wallet", "wallet_credited", facts=CREDIT, links=WALLET, key="entry-2")
    client = client.as_operator("support")
    page = client.get(f"/console/customers/{cast.own.id}/emails?customer=CUST-58")
    assert "nora@nachbar.example" not in page.text
    assert page.body.count('scope="row"') >= 2
    page = client.get(f"/console/customers/{cast.own.id}/emails?q=nora")
    assert "No email fits." in page.text


def test_older_pages_follow_one_another(client, database, cast):
    with database.writing() as session:
        customer = session.merge(cast.own)
        for number in range(60):
            messages.tell(session, customer, "wallet", "wallet_credited", facts=CREDIT, links=WALLET, key=f"entry-{number}")
    client = client.as_operator("viewer")
    page = client.get("/console/messages?q=marta")
    assert "60 messages fit." in page.text
    older = page.find("a", rel="next").get("href")
    second = client.get(older)
    assert second.body.count('scope="row"') == 10
    assert "Newest" in second.text


def test_one_message_says_why_to_whom_by_which_rule_and_who_else_got_it(client, told, cast):
    client = client.as_operator("viewer")
    page = client.get(f"/console/messages/{told[0]}")
    assert "because wallet activity is on." in page.text
    assert "Who else got this" in page.text
    assert f"/console/messages/{told[1]}" in page.body
    assert f"/console/customers/{cast.own.id}/contacts/{cast.own_contacts['owner'].id}" in page.body
    assert page.find("iframe").get("sandbox") == ""
    assert "Send again" not in page.text


def test_the_source_shows_headers_and_no_token(client, told, database):
    client = client.as_operator("viewer")
    text = client.get(f"/console/messages/{told[0]}?part=source").text
    assert "To: Marta Grünwald <marta@gruenwald.example>" in text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in text
    assert "/links/unsubscribe/••••••••" in text
    assert "/sign-in/link/••••••••" in text


def test_the_html_comes_in_a_sandbox_of_its_own_and_with_dead_links(client, told):
    client = client.as_operator("viewer")
    response = client.http.get(f"/console/messages/{told[0]}/html")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert "allow" not in policy
    assert '<head><base target="_blank">' in response.text
    assert "<script" not in response.text
    assert "/sign-in/link/•" in response.text


def test_sending_again_makes_a_message_that_points_at_the_first(client, told, database):
    client = client.as_operator("support")
    client.post(f"/console/messages/{told[0]}/deliveries")
    with database.reading() as session:
        again = session.scalars(select(EmailMessage).where(EmailMessage.again_of_id == told[0])).one()
    client.post(f"/console/messages/{again.id}/deliveries")
    with database.reading() as session:
        assert len(session.scalars(select(EmailMessage).where(EmailMessage.again_of_id == told[0])).all()) == 2
    page = client.get(f"/console/messages/{again.id}")
    assert "Sent more than once" in page.text
    assert ", the first" in page.text
    assert "Who else got this" in page.text


def test_the_page_says_as_whom_it_went_out_and_in_whose_place(client, told, database):
    note = "In place of billing@southwind.example, because the record of its key was not published."
    state_of(
        database, told[0],
        from_name="Southwind", from_address="billing@northwind.example", reply_to="billing@southwind.example",
        signed_by="northwind.example", from_note=note, state="sent", sent_at=clock.now(),
    )  # fmt: skip
    client = client.as_operator("viewer")
    page = client.get(f"/console/messages/{told[0]}")
    names, values = (["".join(one.itertext()).strip() for one in page.find_all(tag)] for tag in ("dt", "dd"))
    facts = dict(zip(names, values, strict=True))
    assert facts["From"] == f"Southwindbilling@northwind.example{note}"
    assert (facts["Answers go to"], facts["Signed for"]) == ("billing@southwind.example", "northwind.example")
    source = client.get(f"/console/messages/{told[0]}?part=source")
    assert "From: Southwind <billing@northwind.example>" in source.text


def test_the_page_of_what_waits_says_as_whom_it_would_go_out(client, told):
    page = client.as_operator("viewer").get(f"/console/messages/{told[0]}")
    assert "Will go out from" in page.text
    assert "Not signed, because Portal has no key for it." in page.text


def test_what_was_sent_before_origins_were_kept_claims_none(client, told, database):
    state_of(database, told[0], state="sent", sent_at=clock.now())
    page = client.as_operator("viewer").get(f"/console/messages/{told[0]}")
    assert "Which address it really went out from was not kept when it was sent." in page.text
    assert "Signed for" not in page.text


def test_the_log_is_filtered_by_the_address_that_mail_really_went_out_from(client, told, database):
    state_of(database, told[0], from_address="billing@northwind.example")
    client = client.as_operator("viewer")
    page = client.get("/console/messages?sent_from=Billing@northwind.example")
    assert page.body.count('scope="row"') == 1
    assert "Sent from Billing@northwind.example" in page.text
    assert "No message fits these filters." in client.get("/console/messages?sent_from=other@northwind.example").text


def test_what_was_for_one_moment_is_not_sent_again_and_says_so(client, cast, database):
    with database.writing() as session:
        made = messages.queue(
            session,
            "operator_invite",
            to=messages.Recipient(address="new@northwind.example"),
            facts={"name": "", "invited_by": "Ada", "role": "Finance", "expires_at": clock.now().isoformat()},
            links={"invite": {"purpose": "invite"}},
            why="You get this because Ada entered this address as yours.",
            key="invite-1",
        )
    client = client.as_operator("owner")
    page = client.get(f"/console/messages/{made.id}")
    assert "Send again" not in page.text
    assert "This message was for one moment." in page.text
    answer = client.post(f"/console/messages/{made.id}/deliveries", status=422)
    assert "This message was for one moment." in answer.text


def test_an_address_that_is_not_written_to_is_said_before_and_after(client, told, database):
    with database.writing() as session:
        suppressions.put(session, "marta@gruenwald.example", scope="all", reason="bounced", note="550", by=actors.system("worker"))
    client = client.as_operator("support")
    page = client.get(f"/console/messages/{told[0]}")
    assert "Sent again now, it would be held back. Mail to this address comes back." in page.text
    answer = client.post(f"/console/messages/{told[0]}/deliveries", status=422)
    assert "It would not be sent. Mail to this address comes back." in answer.text


def test_a_message_whose_words_cannot_be_made_is_shown_all_the_same(client, cast, database):
    with database.writing() as session:
        person = messages.Recipient(address="marta@gruenwald.example", customer_id=cast.own.id, contact_id=cast.own_contacts["owner"].id)
        made = messages.queue(session, "wallet_credited", to=person, facts={}, why="for no reason", key="broken")
    client = client.as_operator("viewer")
    page = client.get(f"/console/messages/{made.id}")
    assert page.status == 200
    assert "lacks a" in page.text
    assert client.http.get(f"/console/messages/{made.id}/html").status_code == 404


def test_the_log_is_looked_through_so_far_and_goes_on_from_there(client, database, cast, monkeypatch):
    monkeypatch.setattr(streams, "WINDOW", 5)
    with database.writing() as session:
        customer = session.merge(cast.own)
        for number in range(12):
            messages.tell(session, customer, "wallet", "wallet_credited", facts=CREDIT, links=WALLET, key=f"entry-{number}")
    client = client.as_operator("viewer")
    page = client.get("/console/messages?state=delivered")
    assert "was looked through. Older goes on from there." in page.text
    assert page.find("a", rel="next") is not None


def test_nothing_older_and_nothing_at_all_are_said(client, cast):
    client = client.as_operator("viewer")
    assert "Nothing has been sent yet." in client.get("/console/messages").text
    assert "No message fits these filters." in client.get("/console/messages?state=bounced").text
    assert "No message fits “nobody”." in client.get("/console/messages?q=nobody").text
