"""Reversing, transferring and revoking in the console: said before it is done, done once, refused in words at its field."""

import pytest
from sqlalchemy import select

from portal.domain import approvals, wallets
from portal.model import CreditGrant, Customer, JournalEntry, Wallet, WalletEntry, WalletRequest
from portal.values import ids


@pytest.fixture
def wallet(database, cast) -> Wallet:
    """A wallet of our own customer: 100.00 EUR paid, of which 40.00 are spent, and 25.00 of goodwill."""
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        for amount, reason in ((10_000, "top_up"), (-4_000, "service_delivered"), (2_500, "goodwill")):
            wallets.adjust(session, made, amount, reason=reason, key=reason, by=cast.operator())
    return made


@pytest.fixture
def target(database, cast) -> Wallet:
    """A wallet in EUR of the neighbour, who is our own customer's child."""
    with database.writing() as session:
        session.get_one(Customer, cast.neighbour.id).parent_id = cast.own.id
        made = wallets.open(session, cast.neighbour, "EUR", name="Vienna", by=cast.operator())
    return made


@pytest.fixture
def there(cast, wallet) -> str:
    return f"/console/customers/{cast.own.id}/wallets/{wallet.id}"


@pytest.fixture
def entry(database, wallet):
    """Give an entry of the wallet by its number."""

    def numbered(seq: int) -> str:
        with database.reading() as session:
            return str(session.scalar(select(WalletEntry.id).where(WalletEntry.wallet_id == wallet.id, WalletEntry.seq == seq)))

    return numbered


@pytest.fixture
def grant(database, wallet):
    """Give the grant that the first entry made."""
    with database.reading() as session:
        return str(session.scalar(select(CreditGrant.id).where(CreditGrant.seq == 1)))


@pytest.fixture
def limited(database, cast):
    """Finance moves at most 10.00 EUR alone."""
    with database.writing() as session:
        approvals.set_limit(session, "finance", "EUR", 1_000, by=cast.operator())


def balance(database, wallet) -> int:
    with database.reading() as session:
        return session.scalar(select(Wallet.balance).where(Wallet.id == wallet.id))


def frozen(database, wallet, cast) -> None:
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "frozen", reason="Dispute", by=cast.operator())


# Reversals


def test_a_reversal_of_a_spend_is_said_and_done(client, there, entry, database, wallet):
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/entries/{entry(2)}")
    form = finance.get(next(link.get("href") for link in page.find_all("a", class_="btn") if "reversal" in link.get("href", "")))
    assert "The 40.00 EUR that were deducted will come back: the balance rises from 85.00 to 125.00." in form.text
    assert "40.00 return to the credit they were taken from." in form.text
    done = finance.submit(form, "/reversal", {"note": "Twice by mistake", "customer_text": "Sorry"})
    shown = finance.follow(done)
    assert "Reversed. The balance is 125.00 EUR." in shown.text
    for words in ("Reversal of service delivered", "Reverses", "Credit it gave back", "Twice by mistake", "Sorry", "cannot be reversed"):
        assert words.lower() in shown.text.lower()
    assert "Reversed by" in finance.get(f"{there}/entries/{entry(2)}").text
    assert balance(database, wallet) == 12_500


def test_a_reversal_of_credit_that_is_partly_spent_says_what_goes_first(client, there, entry):
    page = client.as_operator("finance").get(f"{there}/entries/{entry(3)}/reversal")
    assert "The 25.00 EUR that were added will be taken back: the balance falls from 85.00 to 60.00." in page.text
    assert "All of this credit is left." in page.text


def test_credit_that_is_spent_is_not_taken_back_whole(client, there, entry, database, wallet, cast):
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, wallet.id), -5_000, reason="service_delivered", key="more", by=cast.operator())
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/entries/{entry(1)}/reversal")
    assert "Of these 100.00 EUR" in page.text
    assert "Revoke what is left" in page.text
    assert not page.find_all("button", class_="act")
    refused = finance.post(f"{there}/entries/{entry(1)}/reversal", {"key": str(ids.new_id()), "note": "Kept"}, status=422)
    assert "Of these 100.00 EUR" in refused.text
    assert refused.form("/reversal")["note"] == "Kept"
    assert balance(database, wallet) == 3_500


def test_a_reversal_is_posted_once(client, there, entry, database, wallet):
    finance = client.as_operator("finance")
    form = finance.get(f"{there}/entries/{entry(2)}/reversal").form("/reversal")
    for _ in range(2):
        finance.post(f"{there}/entries/{entry(2)}/reversal", form)
    refused = finance.post(f"{there}/entries/{entry(2)}/reversal", form | {"key": str(ids.new_id())}, status=422)
    assert "This entry is reversed already." in refused.text
    reused = finance.post(f"{there}/entries/{entry(3)}/reversal", form, status=422)
    assert "This form was used already" in reused.text
    assert balance(database, wallet) == 12_500


def test_a_reversal_is_not_reversed(client, there, entry, database, wallet):
    finance = client.as_operator("finance")
    finance.submit(finance.get(f"{there}/entries/{entry(2)}/reversal"), "/reversal")
    page = finance.get(f"{there}/entries/{entry(4)}")
    assert "This entry is a reversal, and a reversal stands." in page.text
    assert not [link for link in page.find_all("a") if link.get("href", "").endswith("/reversal")]
    refused = finance.post(f"{there}/entries/{entry(4)}/reversal", {"key": str(ids.new_id()), "note": "Kept"}, status=422)
    assert "a reversal stands" in refused.text
    assert refused.form("/reversal")["note"] == "Kept"
    assert balance(database, wallet) == 12_500


def test_a_wallet_frozen_in_the_meantime_reverses_nothing(client, there, entry, database, wallet, cast):
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/entries/{entry(2)}/reversal")
    frozen(database, wallet, cast)
    refused = finance.submit(page, "/reversal", {"note": "Kept"}, status=422)
    assert "This wallet is frozen" in refused.text
    assert refused.form("/reversal")["note"] == "Kept"
    assert balance(database, wallet) == 8_500


# Transfers


def test_a_transfer_is_said_and_done(client, there, wallet, target, database, cast):
    finance = client.as_operator("finance")
    page = finance.get(there)
    form = finance.get(next(link.get("href") for link in page.find_all("a") if link.get("href", "").endswith("/transfers")))
    options = ["".join(option.itertext()) for option in form.find("select", id="target").iter("option")]
    assert options == ["Choose a wallet", "Nachbar AG, Vienna: 0.00 EUR"]
    plan = finance.get(f"{there}/transfers?target={target.id}&amount=60", htmx=True)
    assert "60.00 EUR will leave this wallet: the balance falls from 85.00 to 25.00." in plan.text
    assert "Nachbar AG, Vienna: the balance rises from 0.00 to 60.00." in plan.text
    assert not plan.find_all("form")
    done = finance.submit(form, "/transfers", {"target": str(target.id), "amount": "60", "reference": "Move 1"})
    assert "60.00 EUR moved to Nachbar AG, Vienna. The balance here is 25.00." in finance.follow(done).text
    assert (balance(database, wallet), balance(database, target)) == (2_500, 6_000)


def test_both_sides_of_a_transfer_lead_to_each_other(client, there, entry, wallet, target, database, cast):
    with database.writing() as session:
        mine, theirs = session.get_one(Wallet, wallet.id), session.get_one(Wallet, target.id)
        wallets.transfer(session, mine, theirs, 1_000, key="move", by=cast.operator())
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/entries/{entry(4)}")
    assert "Nachbar AG, Vienna:" in page.text
    way = next(link.get("href") for link in page.find_all("a") if str(target.id) in link.get("href", ""))
    assert "Grünwald" in finance.get(way).text
    reversal = finance.get(f"{there}/entries/{entry(4)}/reversal")
    assert "The other side of the transfer is reversed with it. Nachbar AG, Vienna: the balance falls from 10.00 to 0.00." in reversal.text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("target", "", "A wallet is missing"),
        ("target", "elsewhere", "is not one of the choices"),
        ("amount", "", "An amount is missing."),
        ("amount", "0", "An entry moves more than zero."),
        ("amount", "NaN", "is not an amount"),
        ("amount", "1e400", "is not an amount"),
        ("amount", "1.005", "EUR has two decimals"),
        ("amount", "85.01", "at most 85.00 can be deducted"),
        ("key", "", "has lost its key"),
        ("customer_text", "x" * 300, "300 characters"),
    ],
)
def test_bad_transfers_are_named_at_their_field(client, there, wallet, target, database, field, typed, sentence):
    finance = client.as_operator("finance")
    sent = {"target": str(target.id), "amount": "5", "note": "Kept", field: typed}
    page = finance.submit(finance.get(f"{there}/transfers"), "/transfers", sent, status=422)
    assert sentence in page.text
    assert page.form("/transfers")["note"] == "Kept"
    if field in {"amount", "customer_text"}:
        assert page.find("input", id=field).get("aria-invalid") == "true"
        assert page.form("/transfers")[field] == typed
    assert balance(database, wallet) == 8_500


def test_a_wallet_outside_the_family_is_no_target(client, there, wallet, database, cast):
    with database.writing() as session:
        stranger = wallets.open(session, cast.neighbour, "EUR", by=cast.operator())
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/transfers")
    assert "There is nowhere to transfer to." in page.text
    refused = finance.post(f"{there}/transfers", {"target": str(stranger.id), "amount": "5", "key": str(ids.new_id())}, status=422)
    assert "There is nowhere to transfer to." in refused.text
    assert balance(database, wallet) == 8_500


# Revocations


def test_what_is_left_of_credit_is_taken_back(client, there, grant, database, wallet):
    finance = client.as_operator("finance")
    page = finance.get(there)
    ways = [link.get("href") for link in page.find_all("a") if link.get("href", "").endswith("/revocation")]
    assert len(ways) == 2
    form = finance.get(f"{there}/grants/{grant}/revocation")
    assert "60.00 EUR, what is left of 100.00, will be taken back: the balance falls from 85.00 to 25.00." in form.text
    done = finance.submit(form, "/revocation", {"note": "Chargeback"})
    assert "60.00 EUR taken back. The balance is 25.00." in finance.follow(done).text
    again = finance.get(f"{there}/grants/{grant}/revocation")
    assert "Nothing is left of this credit: it was taken back on" in again.text
    refused = finance.post(f"{there}/grants/{grant}/revocation", {"key": str(ids.new_id()), "note": "Kept"}, status=422)
    assert "Nothing is left of this credit." in refused.text
    assert refused.form("/revocation")["note"] == "Kept"
    assert balance(database, wallet) == 2_500


# Above one's limit


def test_what_is_above_the_limit_waits_for_a_second_operator(client, there, entry, grant, wallet, target, limited, database):
    finance = client.as_operator("finance")
    adjusting = finance.get(f"{there}/entries/new?direction=add&amount=10.01&reason=goodwill")
    assert "Above your limit of 10.00 EUR: a second operator approves it first." in adjusting.text
    for page, action, changes in (
        (adjusting, "/entries", {"note": "Big"}),
        (finance.get(f"{there}/entries/{entry(2)}/reversal"), "/reversal", {}),
        (finance.get(f"{there}/transfers"), "/transfers", {"target": str(target.id), "amount": "60"}),
        (finance.get(f"{there}/grants/{grant}/revocation"), "/revocation", {}),
    ):
        shown = finance.follow(finance.submit(page, action, changes))
        assert "Nothing has moved yet: a second operator approves it first." in shown.text
    assert (balance(database, wallet), balance(database, target)) == (8_500, 0)
    with database.reading() as session:
        acts = session.scalars(select(WalletRequest.act).order_by(WalletRequest.id)).all()
        assert acts == ["adjustment", "reversal", "transfer", "revocation"]
    shown = finance.get(there)
    for words in ("Add 10.01 EUR, goodwill", "Reverse: give back 40.00 EUR", "Transfer 60.00 EUR", "Revoke 60.00 EUR"):
        assert words in shown.text


def test_what_is_asked_for_twice_waits_once(client, there, limited, database, wallet):
    finance = client.as_operator("finance")
    form = finance.get(f"{there}/entries/new").form("/entries") | {"amount": "50", "reason": "goodwill"}
    first, second = (finance.post(f"{there}/entries", form) for _ in range(2))
    assert first.location == second.location
    reused = finance.post(f"{there}/entries", form | {"amount": "51"}, status=422)
    assert "This form was used already" in reused.text
    with database.reading() as session:
        assert len(session.scalars(select(WalletRequest)).all()) == 1


def test_the_plan_is_said_while_it_is_typed(client, there):
    finance = client.as_operator("finance")
    part = finance.get(f"{there}/entries/new?direction=add&amount=25&reason=goodwill", htmx=True)
    assert "25.00 EUR (goodwill) will be added: the balance rises from 85.00 to 110.00." in part.text
    assert "One person is told by mail." in part.text
    assert not part.find_all("input")
    down = finance.get(f"{there}/entries/new?direction=deduct&amount=85.01", htmx=True)
    assert "The balance would fall to −0.01, below its floor of 0.00." in down.text
    other_way = finance.get(f"{there}/entries/new?direction=deduct&amount=5&reason=goodwill", htmx=True)
    assert "Goodwill does not deduct credit." in other_way.text
    for typed in ("", "lots", "0", "-5", "1e400"):
        assert not finance.get(f"{there}/entries/new?direction=add&amount={typed}", htmx=True).text.strip()


def test_kind_and_priority_are_chosen_under_more(client, there, database, wallet):
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/entries/new")
    assert "open" not in page.find("details", class_="field").attrib
    finance.submit(page, "/entries", {"amount": "5", "reason": "goodwill", "kind": "paid", "priority": "10"})
    with database.reading() as session:
        made = session.scalars(select(CreditGrant).order_by(CreditGrant.seq.desc())).first()
        assert (made.kind, made.priority) == ("paid", 10)
    for typed in ("-1", "101", "first", "1" * 400, "٣"):
        refused = finance.submit(page, "/entries", {"amount": "5", "reason": "goodwill", "priority": typed}, status=422)
        assert "Write a whole number from 0 to 100" in refused.text
        assert "open" in refused.find("details", class_="field").attrib
    deducted = {"direction": "deduct", "amount": "5", "reason": "correction", "kind": "paid", "priority": "10"}
    refused = finance.submit(page, "/entries", deducted, status=422)
    assert "Only added credit has a kind of its own." in refused.text
    assert "Only added credit has a priority." in refused.text


@pytest.mark.parametrize("role", ["support", "viewer"])
def test_those_who_may_only_read_move_nothing(client, there, entry, grant, wallet, target, database, role):
    reader = client.as_operator(role)
    for path in (f"entries/{entry(2)}/reversal", "transfers", f"grants/{grant}/revocation"):
        reader.get(f"{there}/{path}", status=403)
        reader.post(f"{there}/{path}", {"key": str(ids.new_id()), "amount": "1", "target": str(target.id)}, status=403)
    page = reader.get(there)
    assert "Transfer" not in [link.text for link in page.find_all("a")]
    assert balance(database, wallet) == 8_500


def test_nothing_is_found_under_another_customer_or_wallet(client, there, entry, grant, wallet, target, cast):
    owner = client.as_operator()
    foreign = f"/console/customers/{cast.neighbour.id}/wallets"
    for base in (f"{foreign}/{wallet.id}", f"{foreign}/{target.id}"):
        for path in (f"entries/{entry(2)}/reversal", f"grants/{grant}/revocation"):
            owner.get(f"{base}/{path}", status=404)
            owner.post(f"{base}/{path}", {"key": str(ids.new_id())}, status=404)
    owner.get(f"{foreign}/{wallet.id}/transfers", status=404)
    owner.get(f"{there}/entries/nonsense/reversal", status=404)
    owner.get(f"{there}/grants/{ids.new_id()}/revocation", status=404)


def test_the_forms_are_fragments_to_htmx(client, there, entry, grant, target):
    finance = client.as_operator("finance")
    for path in (f"entries/{entry(2)}/reversal", f"grants/{grant}/revocation"):
        part = finance.get(f"{there}/{path}", htmx=True)
        assert part.find_all("form")
        assert not part.find_all("h1")


def test_the_words_of_the_requester_are_in_the_books(client, there, entry, database):
    finance = client.as_operator("finance")
    finance.submit(finance.get(f"{there}/entries/{entry(2)}/reversal"), "/reversal", {"note": "n", "customer_text": "c"})
    with database.reading() as session:
        posted = session.scalars(select(JournalEntry).where(JournalEntry.reverses_id.is_not(None))).one()
        assert (posted.note, posted.customer_text, posted.actor_name) == ("n", "c", "Finance Operator")
