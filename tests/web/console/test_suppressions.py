"""The list of addresses that are not written to: searched, added to, released."""

import pytest

from portal.domain import suppressions, topics
from portal.model import Contact

HERE = "/console/suppressions"


@pytest.fixture
def listed(database, cast):
    by = cast.operator()
    with database.writing() as session:
        suppressions.put(session, "marta@gruenwald.example", scope="all", reason="bounced", note="550 5.1.1 No such user", by=by)
        suppressions.add(session, "news@elsewhere.example", scope="marketing", reason="asked", by=by)


def test_an_empty_list_says_so(client):
    assert "Every address is written to." in client.as_operator("support").get(HERE).text


def test_the_list_is_searched_and_filtered(client, listed):
    support = client.as_operator("support")
    page = support.get(HERE).text
    assert "marta@gruenwald.example" in page
    assert "550 5.1.1 No such user" in page
    assert "news@elsewhere.example" in page
    for query in ("q=GRUENWALD", "reason=bounced", "scope=all", "q=marta&scope=all&reason=bounced"):
        found = support.get(f"{HERE}?{query}").text
        assert "marta@gruenwald.example" in found
        assert "news@elsewhere.example" not in found
    assert "No address fits." in support.get(f"{HERE}?q=100%25").text
    assert "news@elsewhere.example" in support.get(f"{HERE}?scope=nonsense&reason=x&before=y").text


def test_an_address_is_stopped_and_released_with_a_reason(client, database):
    support = client.as_operator("support")
    sent = {"address": "X@Y.example", "scope": "billing", "reason": "asked", "note": "By phone"}
    page = support.follow(support.submit(support.get(HERE), HERE, sent))
    assert "x@y.example is not written to any more." in page.text
    released = support.follow(support.submit(page, "/release", {"note": "They wrote again"}))
    assert "x@y.example is written to again." in released.text
    gone = support.get(f"{HERE}?released=1").text
    assert "They wrote again" in gone
    assert "Every address is written to." in support.get(HERE).text


def test_twice_is_said_at_the_field(client, listed):
    support = client.as_operator("support")
    sent = {"address": "news@elsewhere.example", "scope": "marketing", "reason": "asked"}
    page = support.submit(support.get(HERE), HERE, sent, status=422)
    assert "on the list for this already" in page.text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("address", "", "An address is missing."),
        ("address", "nobody", "@"),
        ("address", "a@b.example\r\nBcc: x@y.example", "stands on one line"),
        ("scope", "sign_in", "is not one of the choices"),
        ("reason", "complained", "is not one of the choices"),
    ],
)
def test_bad_input_is_named_at_its_field(client, field, typed, sentence):
    support = client.as_operator("support")
    sent = {"address": "x@y.example", "scope": "all", "reason": "operator", field: typed}
    assert sentence in support.submit(support.get(HERE), HERE, sent, status=422).text


def test_what_was_released_meanwhile_is_said(client, listed, database):
    support = client.as_operator("support")
    page = support.get(HERE)
    support.submit(page, "/release")
    assert "It was released already." in support.submit(page, "/release", status=409).text


def test_a_viewer_reads_and_changes_nothing(client, listed):
    viewer = client.as_operator("viewer")
    page = viewer.get(HERE)
    assert not page.find_all("form", action=HERE, method="post")
    viewer.post(HERE, {"address": "x@y.example", "scope": "all", "reason": "asked"}, status=403)


def test_htmx_gets_the_list(client, listed):
    part = client.as_operator("support").get(f"{HERE}?q=marta", htmx=True)
    assert part.find("div", id="list") is not None
    assert not part.find_all("h1")


def test_a_contacts_page_says_why_and_writes_once_more(client, cast, listed, database):
    support = client.as_operator("support")
    contact = cast.own_contacts["owner"]
    path = f"/console/customers/{cast.own.id}/contacts/{contact.id}"
    page = support.get(path)
    assert "Mail comes back: everything that is not essential" in page.text
    assert "550 5.1.1 No such user" in page.text
    after = support.follow(support.submit(page, "/confirmation"))
    assert "A mail to confirm the address goes to marta@gruenwald.example." in after.text
    with database.reading() as session:
        row = session.get_one(Contact, contact.id)
    assert (row.bounce_state, row.verified_at) == ("none", None)
    assert "does not come back" in support.submit(page, "/confirmation", status=409).text


@pytest.fixture
def events(database, cast):
    with database.writing() as session:
        return topics.add(session, "Events near you", "", by=cast.operator())


def test_an_own_topic_is_stopped_found_by_its_name_and_released(client, database, cast, events):
    support = client.as_operator("support")
    sent = {"address": "vera@gruenwald.example", "scope": events.key, "reason": "asked"}
    page = support.follow(support.submit(support.get(HERE), HERE, sent))
    assert "Events near you" in page.text
    assert "vera@gruenwald.example" in support.get(f"{HERE}?scope={events.key}").text
    assert "vera@gruenwald.example" not in support.get(f"{HERE}?scope=news").text
    contact = f"/console/customers/{cast.own.id}/contacts/{cast.own_contacts['viewer'].id}"
    assert "They asked for it: events near you" in support.get(contact).text
    support.follow(support.submit(support.get(HERE), "/release", {"note": "They wrote"}))
    assert "vera@gruenwald.example" not in support.get(HERE).text


def test_a_hidden_topic_is_not_offered_and_what_was_stopped_keeps_its_name(client, database, cast, events):
    support = client.as_operator("support")
    form = support.get(HERE)
    with database.writing() as session:
        suppressions.add(session, "vera@gruenwald.example", scope=events.key, reason="asked", by=cast.operator())
        topics.set_hidden(session, events.key, True, by=cast.operator())
    listed = support.get(HERE)
    assert "Events near you (hidden)" in listed.text
    assert events.key not in [option.get("value") for option in listed.find("select", id="scope").iter("option")]
    sent = {"address": "x@y.example", "scope": events.key, "reason": "asked"}
    assert "is not one of the choices" in support.submit(form, HERE, sent, status=422).text
