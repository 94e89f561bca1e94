"""Approvals: a queue of what waits, one page for each request, and two people for every large movement."""

from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain import approvals, wallets
from portal.model import JournalEntry, Wallet, WalletRequest
from portal.values import ids

HERE = "/console/approvals"


@pytest.fixture
def wallet(database, cast) -> Wallet:
    """A wallet with 100.00 EUR; finance moves at most 50.00 alone, managers 500.00."""
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 10_000, reason="top_up", key="first", by=cast.operator())
        approvals.set_limit(session, "finance", "EUR", 5_000, by=cast.operator())
        approvals.set_limit(session, "manager", "EUR", 50_000, by=cast.operator())
    return made


@pytest.fixture
def ask(database, wallet, cast):
    """Make a request of finance to add or deduct; gives its page."""

    def asked(amount: int = 6_000, *, role: str = "finance", **words: str) -> str:
        reason = "goodwill" if amount > 0 else "correction"
        with database.writing() as session:
            kept = session.get_one(Wallet, wallet.id)
            key = str(ids.new_id())
            made = approvals.ask(session, "adjustment", kept, amount=amount, reason=reason, key=key, by=cast.operator(role), **words)
            return f"{HERE}/{made.id}"

    return asked


def state(database, place: str) -> str:
    with database.reading() as session:
        return session.scalar(select(WalletRequest.state).where(WalletRequest.id == UUID(place.rpartition("/")[2])))


def balance(database, wallet) -> int:
    with database.reading() as session:
        return session.scalar(select(Wallet.balance).where(Wallet.id == wallet.id))


def test_nothing_waits_at_first(client, cast):
    page = client.as_operator("finance").get(HERE)
    assert "Nothing waits." in page.text
    assert "No request was declined yet." in client.as_operator("finance").get(f"{HERE}?state=declined").text
    assert "Nothing waits." in client.as_operator("finance").get(f"{HERE}?state=odd&before=nonsense").text


def test_what_waits_stands_in_the_queue_and_in_the_head(client, ask):
    ask(note="Promised on the phone")
    manager = client.as_operator("manager")
    page = manager.get(HERE)
    for words in ("Add 60.00 EUR, goodwill", "Promised on the phone", "Grünwald & Jørgensen GmbH", "Finance Operator", "+60.00"):
        assert words in page.text
    assert [status.text for status in page.find_all("span", class_="ground") if status.text == "Waiting"] == ["Waiting"]
    assert "Approvals 1 waiting" in page.text
    assert "waiting" not in manager.get("/console/customers").text
    part = manager.get(HERE, htmx=True)
    assert "Add 60.00 EUR" in part.text
    assert not part.find_all("h1")


def test_the_queue_is_paged(client, ask):
    for amount in range(6_000, 6_026):
        ask(amount)
    owner = client.as_operator()
    page = owner.get(HERE)
    assert "Add 60.00 EUR" in page.text
    assert "Add 60.25 EUR" not in page.text
    assert "Add 60.25 EUR" in owner.get(next(link.get("href") for link in page.find_all("a", rel="next"))).text


def test_a_second_operator_approves_and_both_names_are_kept(client, ask, wallet, database):
    place = ask(customer_text="Sorry")
    manager = client.as_operator("manager")
    page = manager.get(place)
    assert page.h1 == "Add 60.00 EUR, goodwill"
    assert "60.00 EUR (goodwill) will be added: the balance rises from 100.00 to 160.00." in page.text
    shown = manager.follow(manager.submit(page, "/approval"))
    assert "Approved and posted. The balance is 160.00 EUR." in shown.text
    assert "Approved by" in shown.text
    assert balance(database, wallet) == 16_000
    with database.reading() as session:
        posted = session.scalars(select(JournalEntry).where(JournalEntry.reason == "goodwill")).one()
        assert (posted.actor_name, posted.approver_name) == ("Finance Operator", "Manager Operator")
    entry = next(link.get("href") for link in shown.find_all("a") if "/entries/" in link.get("href", ""))
    assert "Manager Operator" in manager.get(entry).text
    assert "approved by Manager Operator" in manager.get(entry.rpartition("/entries/")[0]).text


def test_the_requester_does_not_approve_and_reads_why(client, ask, wallet, database):
    place = ask()
    finance = client.as_operator("finance")
    page = finance.get(place)
    assert "You asked for this yourself: another operator decides." in page.text
    assert not page.find_all("form", action=f"{place}/approval")
    for act in ("approval", "refusal"):
        refused = finance.post(f"{place}/{act}", {"note": "x"}, status=403)
        assert "You asked for this yourself" in refused.text
    assert (state(database, place), balance(database, wallet)) == ("waiting", 10_000)


def test_the_requester_takes_it_back(client, ask, wallet, database):
    place = ask()
    finance = client.as_operator("finance")
    assert "Withdrawn. Nothing was posted." in finance.follow(finance.submit(finance.get(place), "/withdrawal")).text
    assert (state(database, place), balance(database, wallet)) == ("withdrawn", 10_000)
    assert "Withdrawn" in finance.get(f"{HERE}?state=withdrawn").text
    refused = client.as_operator("manager").post(f"{place}/approval", status=409)
    assert "withdrawn" in refused.text


def test_nobody_else_takes_it_back(client, ask, database):
    place = ask()
    page = client.as_operator("manager").post(f"{place}/withdrawal", status=403)
    assert "Only the one who asked takes a request back." in page.text
    assert state(database, place) == "waiting"


def test_an_operator_whose_own_limit_is_lower_does_not_approve(client, ask, database, wallet):
    place = ask(60_000, role="owner")
    manager = client.as_operator("manager")
    page = manager.get(place)
    assert "Your own limit is 500.00 EUR: somebody with a higher one approves this." in page.text
    assert not page.find_all("form", action=f"{place}/approval")
    assert "Your own limit is 500.00 EUR" in manager.post(f"{place}/approval", status=403).text
    assert (state(database, place), balance(database, wallet)) == ("waiting", 10_000)


def test_declining_needs_a_reason_and_posts_nothing(client, ask, database, wallet):
    place = ask()
    manager = client.as_operator("manager")
    page = manager.get(place)
    refused = manager.submit(page, "/refusal", {"note": "  "}, status=422)
    assert "A reason is missing: who asked will look for it." in refused.text
    long = manager.submit(page, "/refusal", {"note": "x" * 300}, status=422)
    assert long.form("/refusal")["note"] == "x" * 300
    shown = manager.follow(manager.submit(page, "/refusal", {"note": "Not covered by the contract"}))
    for words in ("Declined. Nothing was posted.", "Declined by", "Manager Operator", "Not covered by the contract"):
        assert words in shown.text
    assert (state(database, place), balance(database, wallet)) == ("declined", 10_000)
    assert "declined" in manager.post(f"{place}/approval", status=409).text


def test_what_the_wallet_refuses_waits_on(client, ask, database, wallet, cast):
    place = ask(-20_000)
    manager = client.as_operator("manager")
    page = manager.get(place)
    assert "The balance would fall to −100.00, below its floor of 0.00." in page.text
    assert not page.find_all("form", action=f"{place}/approval")
    assert "at most 100.00 can be deducted" in manager.post(f"{place}/approval", status=422).text
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "frozen", reason="Dispute", by=cast.operator())
    assert "The wallet is frozen: nothing can be posted until it is opened again." in manager.get(place).text
    assert "This wallet is frozen" in manager.post(f"{place}/approval", status=409).text
    assert (state(database, place), balance(database, wallet)) == ("waiting", 10_000)


@pytest.mark.parametrize("role", ["support", "viewer"])
def test_those_who_may_only_read_decide_nothing(client, ask, database, role):
    place = ask()
    reader = client.as_operator(role)
    page = reader.get(place)
    assert "Your role does not approve." in page.text
    assert not [form for form in page.find_all("form") if place in form.get("action", "")]
    for act in ("approval", "refusal", "withdrawal"):
        reader.post(f"{place}/{act}", {"note": "x"}, status=403)
    assert state(database, place) == "waiting"


def test_a_request_that_is_none_is_not_found(client, wallet):
    owner = client.as_operator()
    for act in ("approval", "refusal", "withdrawal"):
        owner.post(f"{HERE}/{ids.new_id()}/{act}", {"note": "x"}, status=404)
        owner.get(f"{HERE}/{ids.new_id()}/{act}", status=405)
    owner.get(f"{HERE}/{ids.new_id()}", status=404)
    owner.get(f"{HERE}/nonsense", status=404)
    owner.post(HERE, status=405)
    assert client.as_person().http.get(HERE).status_code in {303, 404}
