"""What was handed over by itself, and what nobody gets any more, told where operators and customers look."""

import pytest

from portal.domain import suppressions
from portal.model import Contact


@pytest.fixture
def stop(database, cast):
    """Put addresses of ours on the list."""

    def put(*roles, reason="bounced"):
        with database.writing() as session:
            for role in roles:
                address = session.get_one(Contact, cast.own_contacts[role].id).email
                suppressions.put(session, address, scope="all", reason=reason, by=cast.operator())

    return put


@pytest.fixture
def base(cast):
    return f"/console/customers/{cast.own.id}"


HANDED = (
    "Bernd gets receipts and refunds, payment reminders, wallet activity and contracts in place of Marta Grünwald."
    " Mail to marta@gruenwald.example comes back."
)
SILENT = "Nobody here gets invoices, receipts and refunds, payment reminders, wallet activity and contracts"


def test_the_matrix_says_who_took_over_in_whose_place_and_why(client, base, stop):
    support = client.as_operator("support")
    assert "Lately" not in support.get(f"{base}/contacts").text
    stop("owner")
    page = support.get(f"{base}/contacts?topic=receipts").text
    assert HANDED in page
    assert "handed over" in page
    assert "Nobody here gets" not in page


def test_the_history_of_the_heir_has_the_words_and_the_activity_the_reason(client, base, cast, stop):
    stop("owner")
    support = client.as_operator("support")
    page = support.get(f"{base}/contacts/{cast.own_contacts['billing_manager'].id}").text
    assert "takes over from Marta Grünwald. Mail to marta@gruenwald.example comes back." in page
    activity = support.get(f"{base}/activity").text
    assert "let Bernd get receipts and refunds, payment reminders, wallet activity, contracts in place of Marta Grünwald" in activity
    assert "Mail to marta@gruenwald.example comes back." in activity
    assert "in place of Marta Grünwald" in client.as_person("billing_manager").get("/account/activity").text


def test_where_nobody_is_left_the_customers_page_and_the_matrix_say_so_and_why(client, base, stop):
    support = client.as_operator("support")
    assert not support.get(base).find_all("section", id="attention")
    stop("owner", "billing_manager", "viewer")
    for page in (support.get(base).text, support.get(f"{base}/contacts").text):
        assert SILENT in page
        assert "Marta Grünwald: Mail to this address comes back." in page
    assert "found nobody left who gets" in support.get(f"{base}/activity").text


def test_who_took_over_and_cannot_be_written_to_either_is_not_said_to_get_it(client, base, stop):
    support = client.as_operator("support")
    stop("owner", "billing_manager")
    page = support.get(f"{base}/contacts").text
    assert "in place of Bernd. Mail to bernd@gruenwald.example comes back." in page
    assert "in place of Marta Grünwald" not in page


def test_the_customer_is_told_at_home_and_beside_the_ticks(client, stop):
    stop("owner", "billing_manager", "viewer")
    page = client.as_person("viewer").get("/account").text
    assert SILENT in page
    assert "Marta Grünwald: Mail to this address comes back." in page
    owner = client.as_person("owner")
    assert SILENT in owner.get("/account/preferences").text
    assert "found nobody left who gets" in owner.get("/account/activity").text


def test_the_customer_is_told_who_took_over(client, stop):
    stop("owner")
    assert HANDED in client.as_person("owner").get("/account/preferences").text


def test_a_complaint_is_told_at_home_as_what_it_is(client, stop):
    stop("owner", reason="complained")
    assert "Mail to Marta Grünwald was marked as spam" in client.as_person().get("/account").text


def test_who_stops_an_address_is_told_what_follows(client, cast, stop):
    support = client.as_operator("support")
    here = "/console/suppressions"
    sent = {"address": "marta@gruenwald.example", "scope": "billing", "reason": "asked"}
    page = support.follow(support.submit(support.get(here), here, sent)).text
    topics = "receipts and refunds, payment reminders, wallet activity and contracts"
    assert f"Bernd gets {topics} for Grünwald & Jørgensen GmbH now, in place of Marta Grünwald." in page
    stop("viewer")
    page = support.follow(support.submit(support.get(here), here, sent | {"address": "bernd@gruenwald.example"})).text
    assert f"Nobody at Grünwald & Jørgensen GmbH gets invoices, {topics} any more: add or mend a contact." in page
