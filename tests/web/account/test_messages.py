"""Messages in the portal: what went to this person, its result in plain words, and having it sent again."""

import pytest
from sqlalchemy import select

from portal.domain import messages
from portal.model import EmailMessage

CREDIT = {
    "amount": 2500, "before": 0, "after": 2500, "currency": "EUR", "reason": "Goodwill", "text": "Sorry",
    "posted_at": "2026-11-23T08:14:00+00:00",
}  # fmt: skip
SIGN_IN = {
    "name": "Marta", "act": "password", "headline": "a password was set", "what": "a password was set", "undone": "it is void",
    "at": "2026-11-23T08:14:00+00:00", "from_where": "Firefox",
}  # fmt: skip


@pytest.fixture
def told(database, cast):
    """Tell the owner of our customer of credit; gives the message's id."""
    with database.writing() as session:
        links = {"open_wallet": {"purpose": "sign_in", "target": "/account"}}
        (made,) = messages.tell(session, session.merge(cast.own), "wallet", "wallet_credited", facts=CREDIT, links=links, key="entry-1")
        return made.id


@pytest.fixture
def about_signing_in(database, cast):
    """A mail to the owner as the one who signs in, not as a contact."""
    owner = cast.own_contacts["owner"]
    with database.writing() as session:
        to = messages.Recipient(address=owner.email, user_id=owner.user_id, customer_id=cast.own.id)
        links = {"not_me": {"purpose": "not_me", "topic": "password"}}
        return messages.queue(session, "sign_in_changed", to=to, facts=SIGN_IN, links=links, why="A test.", key="safety-1").id


def test_everybody_sees_what_was_sent_to_them_and_nothing_else(client, told, about_signing_in):
    owner = client.as_person("owner")
    assert owner.get("/account/messages").body.count('scope="row"') == 2
    owner.get(f"/account/messages/{about_signing_in}")
    for other in (client.as_person("billing_manager"), client.as_person("owner", at="neighbour")):
        assert "We have not written to you yet." in other.get("/account/messages").text
        for message in (told, about_signing_in):
            other.get(f"/account/messages/{message}", status=404)
            assert other.http.get(f"/account/messages/{message}/html").status_code == 404
            other.post(f"/account/messages/{message}/deliveries", status=404)


def test_the_result_is_said_in_plain_words(client, told, database):
    owner = client.as_person("owner")
    assert "It waits to be handed to your mail server." in owner.get(f"/account/messages/{told}").text
    for state, words in (("delivered", "Arrived"), ("bounced", "Came back"), ("deferred", "Delayed")):
        with database.writing() as session:
            session.get_one(EmailMessage, told).state = state
        assert words in owner.get("/account/messages").text


def test_it_can_be_read_as_it_looked_and_as_plain_text(client, told):
    owner = client.as_person("owner")
    page = owner.get(f"/account/messages/{told}")
    assert page.find("iframe").get("src") == f"/account/messages/{told}/html"
    assert page.find("iframe").get("sandbox") == ""
    text = owner.get(f"/account/messages/{told}?part=text").text
    assert "Your store credit" in text
    assert "••••••••" in text
    assert "Message-ID" not in owner.get(f"/account/messages/{told}?part=source").text


def test_one_sends_it_to_oneself_again_and_after_several_waits(client, told, database):
    owner = client.as_person("owner")
    for _ in range(3):
        owner.post(f"/account/messages/{told}/deliveries")
    page = owner.post(f"/account/messages/{told}/deliveries", status=429)
    assert "Several were sent to you again just now. Wait 60 seconds" in page.text
    assert page.response.headers["Retry-After"] == "60"
    with database.reading() as session:
        assert len(session.scalars(select(EmailMessage).where(EmailMessage.again_of_id == told)).all()) == 3


def test_what_was_for_one_moment_cannot_be_sent_again(client, about_signing_in):
    owner = client.as_person("owner")
    page = owner.get(f"/account/messages/{about_signing_in}")
    assert "Send it to me again" not in page.text
    assert "This message was for one moment." in page.text
    owner.post(f"/account/messages/{about_signing_in}/deliveries", status=422)
