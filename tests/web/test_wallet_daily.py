"""How wallet activity comes, chosen at three doors: the console, the portal, the link in a mail."""

import pytest
from sqlalchemy import select

from portal.domain import sign_in
from portal.model import PreferenceReceipt


@pytest.fixture
def receipts(database):
    """Read what was chosen of it: (contact, once a day, how, by whom)."""

    def read() -> list[tuple]:
        with database.reading() as session:
            chosen = select(PreferenceReceipt).where(PreferenceReceipt.topic == "wallet_daily").order_by(PreferenceReceipt.id)
            return [(one.contact_id, one.wanted, one.how, one.actor_kind) for one in session.scalars(chosen)]

    return read


def test_an_operator_sets_it_on_the_contacts_page_and_undoes_it(client, cast, receipts):
    support, contact = client.as_operator("support"), cast.own_contacts["viewer"]
    here = f"/console/customers/{cast.own.id}/contacts/{contact.id}"
    page = support.get(here)
    assert page.form("/wallet-activity")["daily"] == "n"
    support.submit(page, "/wallet-activity", {"daily": "y"})
    page = support.get(here)
    assert page.form("/wallet-activity")["daily"] == "y"
    assert "Wallet activity: Once a day at 07:00, in one letter" in page.text
    support.submit(page, "/reversal")
    assert receipts() == [(contact.id, True, "form", "operator"), (contact.id, False, "undo", "operator")]


def test_a_person_sets_it_for_themselves_and_only_those_who_may_for_others(client, cast, receipts):
    viewer, owner = client.as_person("viewer"), client.as_person("owner")
    viewer.submit(viewer.get("/account/preferences"), "/wallet-activity", {"daily": "y"})
    other = cast.own_contacts["billing_manager"].id
    viewer.post(f"/account/preferences/{other}/wallet-activity", {"daily": "y"}, status=403)
    owner.submit(owner.get(f"/account/contacts/{other}"), "/wallet-activity", {"daily": "y"})
    neighbour = cast.neighbour_contacts["owner"].id
    owner.post(f"/account/preferences/{neighbour}/wallet-activity", {"daily": "y"}, status=404)
    assert [(one[0], one[1]) for one in receipts()] == [(cast.own_contacts["viewer"].id, True), (other, True)]


def test_the_holder_of_a_link_sets_it_without_signing_in(client, cast, database, receipts):
    contact = cast.own_contacts["viewer"]
    with database.writing() as session:
        token = sign_in.mint_link(session, purpose="preferences", contact_id=contact.id)
    opened = client.get(f"/links/preferences/{token}", status=303)
    page = client.follow(opened)
    client.submit(page, "/wallet-activity", {"daily": "y"})
    assert receipts() == [(contact.id, True, "link", "link")]


def test_a_form_without_a_choice_changes_nothing(client, cast, receipts):
    viewer = client.as_person("viewer")
    viewer.post(f"/account/preferences/{cast.own_contacts['viewer'].id}/wallet-activity", {"daily": "maybe"})
    assert receipts() == []
