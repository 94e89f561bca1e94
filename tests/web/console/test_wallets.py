"""Wallets in the console: seen by all operators, moved by those who may, and nothing posted that should not be."""

import pytest
from sqlalchemy import func, select

from portal.domain import ledger, wallets
from portal.model import AuditEvent, EmailMessage, JournalEntry, User, Wallet, WalletEntry
from portal.values import ids


@pytest.fixture
def wallet(database, cast) -> Wallet:
    """A wallet of our own customer with 100.00 EUR in it."""
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 10_000, reason="top_up", key="first", reference="GJP 8812", note="By bank", by=cast.operator())
    return made


@pytest.fixture
def there(cast) -> str:
    return f"/console/customers/{cast.own.id}/wallets"


def now(database, wallet) -> tuple[int, int]:
    """Read balance and number of entries."""
    with database.reading() as session:
        return session.execute(select(Wallet.balance, Wallet.seq).where(Wallet.id == wallet.id)).one()


def adjusting(client, there, wallet, status=303, **changes):
    page = client.get(f"{there}/{wallet.id}/entries/new")
    return client.submit(page, f"{wallet.id}/entries", {"amount": "25.00", "reason": "goodwill", **changes}, status=status)


def test_a_customer_without_wallets_is_told_what_they_are(client, there):
    page = client.as_operator().get(there)
    assert "No wallet yet." in page.text
    assert page.find_all("form", action=f"{there}/")


def test_wallets_are_listed_with_status_and_balance(client, there, wallet):
    page = client.as_operator("viewer").get(there)
    assert "100.00" in page.text
    assert "Open a wallet" not in page.text


def test_a_wallet_is_opened_once_per_currency(client, there, database, cast):
    owner = client.as_operator("finance")
    opened = owner.submit(owner.get(there), f"{there}/", {"currency": "KWD", "name": "Kuwait"})
    assert "Store credit in KWD, Kuwait" in owner.follow(opened).text
    again = owner.submit(owner.get(there), f"{there}/", {"currency": "KWD", "name": "Once more"}, status=422)
    assert "There is a wallet in KWD already" in again.text
    assert again.form(f"{there}/")["name"] == "Once more"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Wallet)) == 1


@pytest.mark.parametrize(("currency", "sentence"), [("", "A currency is missing"), ("XXX", "XXX"), ("DEM", "no longer in use")])
def test_a_wallet_needs_a_currency_in_use(client, there, currency, sentence):
    page = client.as_operator().post(f"{there}/", {"currency": currency}, status=422)
    assert sentence in page.text


def test_the_page_shows_every_entry_with_before_and_after(client, there, wallet, database, cast):
    with database.writing() as session:
        kept = session.get_one(Wallet, wallet.id)
        wallets.adjust(session, kept, -2_550, reason="service_delivered", key="b", customer_text="Onboarding", by=cast.operator())
    page = client.as_operator("viewer").get(f"{there}/{wallet.id}")
    for words in ("Top-up", "GJP 8812", "Note: By bank", "Service delivered", "Onboarding", "Owner Operator", "console", "−25.50", "74.50"):
        assert words in page.text
    assert "It was highest on" in page.text
    assert "what is left of 100.00" in page.text


def test_entries_are_paged_and_htmx_gets_the_fragment(client, there, wallet, database, cast):
    with database.writing() as session:
        for n in range(40):
            ledger.post(session, wallet.id, 100 + n, reason="goodwill", key_scope="test", key=str(n), by=cast.operator())
    viewer = client.as_operator("viewer")
    page = viewer.get(f"{there}/{wallet.id}")
    assert "Newest 25 of 41 entries" in page.text
    older = next(link.get("href") for link in page.find_all("a", rel="next"))
    assert "Entries 1 to 16" in viewer.get(older).text
    part = viewer.get(older, htmx=True)
    assert "Entries 1 to 16" in part.text
    assert not part.find_all("h1")
    assert "No entries before this one" in viewer.get(f"{there}/{wallet.id}?before=1").text
    assert "Newest 25" in viewer.get(f"{there}/{wallet.id}?before=nonsense").text


def test_credit_is_added_with_a_reason_and_told(client, there, wallet, database):
    finance = client.as_operator("finance")
    page = finance.follow(adjusting(finance, there, wallet, customer_text="Sorry", note="Ticket 5512", reference="T-1"))
    assert "25.00 EUR added. The balance is 125.00." in page.text
    assert now(database, wallet) == (12_500, 2)
    with database.reading() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.reason == "goodwill")).one()
        assert (entry.customer_text, entry.note, entry.reference) == ("Sorry", "Ticket 5512", "T-1")
        assert (entry.actor_name, entry.origin) == ("Finance Operator", "console")
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.adjusted").order_by(AuditEvent.id.desc())).first()
        assert (event.facts["before"], event.facts["after"]) == (10_000, 12_500)
        assert session.scalar(select(func.count()).select_from(EmailMessage).where(EmailMessage.letter == "wallet_credited")) == 2


def test_credit_is_deducted(client, there, wallet, database):
    finance = client.as_operator("finance")
    page = finance.follow(adjusting(finance, there, wallet, direction="deduct", reason="service_delivered"))
    assert "25.00 EUR deducted. The balance is 75.00." in page.text


def test_credit_ends_with_the_day_where_the_customer_is(client, there, wallet, database):
    adjusting(client.as_operator("finance"), there, wallet, expires_on="2099-12-31")
    with database.reading() as session:
        grant = wallets.composition(session, session.get_one(Wallet, wallet.id))[0].grant
    assert grant.expires_at.isoformat() == "2099-12-31T22:59:59+00:00"


def test_a_form_that_is_sent_twice_posts_once(client, there, wallet, database):
    finance = client.as_operator("finance")
    form = finance.get(f"{there}/{wallet.id}/entries/new").form(f"{wallet.id}/entries") | {"amount": "25.00", "reason": "goodwill"}
    for _ in range(2):
        finance.post(f"{there}/{wallet.id}/entries", form)
    assert now(database, wallet) == (12_500, 2)


def test_a_form_that_is_sent_again_with_other_content_posts_nothing_more(client, there, wallet, database):
    finance = client.as_operator("finance")
    form = finance.get(f"{there}/{wallet.id}/entries/new").form(f"{wallet.id}/entries") | {"amount": "25.00", "reason": "goodwill"}
    finance.post(f"{there}/{wallet.id}/entries", form)
    page = finance.post(f"{there}/{wallet.id}/entries", form | {"amount": "30.00"}, status=422)
    assert "This form was used already, for something else. Nothing more was posted." in page.text
    assert now(database, wallet) == (12_500, 2)
    fresh = page.form(f"{wallet.id}/entries")
    assert (fresh["amount"], fresh["key"] != form["key"]) == ("30.00", True)
    finance.post(f"{there}/{wallet.id}/entries", fresh)
    assert now(database, wallet) == (15_500, 3)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("amount", "", "An amount is missing."),
        ("amount", "25.005", "EUR has two decimals"),
        ("amount", "0", "An entry moves more than zero."),
        ("amount", "0.00", "An entry moves more than zero."),
        ("amount", "-5", "Write the amount without a sign"),
        ("amount", "\u22125", "Write the amount without a sign"),
        ("amount", "NaN", "is not an amount"),
        ("amount", "Infinity", "is not an amount"),
        ("amount", "1e400", "is not an amount"),
        ("amount", "9" * 400, "beyond what a wallet holds"),
        ("amount", "１２", "Write the amount with the digits 0 to 9"),
        ("amount", "1,2.3", "write"),
        ("reason", "", "A reason is missing"),
        ("reason", "because", "is not one of the choices"),
        ("reason", "service_delivered", "Service delivered does not add credit"),
        ("direction", "sideways", "Choose whether the amount is added or deducted."),
        ("expires_on", "2001-01-01", "This day is over"),
        ("expires_on", "31.12.2099", "is not a day"),
        ("customer_text", "x" * 300, "300 characters"),
        ("note", "x" * 3000, "3,000 characters"),
        ("key", "", "has lost its key"),
        ("key", "1 OR 1=1", "has lost its key"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_posted(client, there, wallet, database, field, typed, sentence):
    page = adjusting(client.as_operator("finance"), there, wallet, status=422, **{"note": "Kept", field: typed})
    assert sentence in page.text
    assert "to put right. Nothing has been posted yet." in page.text
    assert page.form(f"{wallet.id}/entries")["note"] == (typed if field == "note" else "Kept")
    if field in {"amount", "customer_text"}:
        assert page.form(f"{wallet.id}/entries")[field] == typed
        assert page.find("input", id=field).get("aria-invalid") == "true"
    assert now(database, wallet) == (10_000, 1)


def test_more_than_there_is_cannot_be_deducted(client, there, wallet, database):
    page = adjusting(
        client.as_operator("finance"), there, wallet, status=422, direction="deduct", reason="service_delivered", amount="100.01"
    )
    assert "There are 100.00 EUR in this wallet: at most 100.00 can be deducted." in page.text
    assert page.form(f"{wallet.id}/entries")["amount"] == "100.01"
    assert now(database, wallet) == (10_000, 1)


def test_deducted_credit_has_no_end(client, there, wallet, database):
    page = adjusting(
        client.as_operator("finance"), there, wallet, status=422, direction="deduct", reason="correction", expires_on="2099-12-31"
    )
    assert "Only added credit can end on a day." in page.text


def test_a_wallet_that_was_frozen_in_the_meantime_takes_nothing(client, there, wallet, database, cast):
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/{wallet.id}/entries/new")
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "frozen", reason="Dispute", by=cast.operator())
    refused = finance.submit(page, f"{wallet.id}/entries", {"amount": "25.00", "reason": "goodwill"}, status=422)
    assert "This wallet is frozen" in refused.text
    assert refused.form(f"{wallet.id}/entries")["amount"] == "25.00"
    assert now(database, wallet) == (10_000, 1)


def test_amounts_are_read_in_the_decimals_of_the_currency(client, there, database, cast):
    with database.writing() as session:
        yen = wallets.open(session, cast.own, "JPY", by=cast.operator())
        dinar = wallets.open(session, cast.own, "KWD", by=cast.operator())
    finance = client.as_operator("finance")
    assert "JPY has no decimals" in adjusting(finance, there, yen, status=422, amount="1.5").text
    adjusting(finance, there, yen, amount="1500")
    adjusting(finance, there, dinar, amount="1.505")
    assert (now(database, yen)[0], now(database, dinar)[0]) == (1_500, 1_505)


def test_a_wallet_is_frozen_and_opened_again_with_a_reason(client, there, wallet, database):
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/{wallet.id}")
    frozen = finance.follow(finance.submit(page, "/status", {"status": "frozen", "reason": "Dispute"}))
    assert "This wallet is frozen: nothing can be added or deducted. Reason: Dispute" in frozen.text
    assert "Adjust balance" not in frozen.text
    again = finance.follow(finance.submit(frozen, "/status", {"status": "open", "reason": "Settled"}))
    assert "Adjust balance" in again.text


def test_a_wallet_with_money_is_not_closed(client, there, wallet):
    finance = client.as_operator("finance")
    page = finance.submit(finance.get(f"{there}/{wallet.id}"), "/status", {"status": "closed", "reason": "Left"}, status=422)
    assert "only an empty wallet can be closed" in page.text
    assert page.form("/status")["reason"] == "Left"


@pytest.mark.parametrize("status", ["", "melted"])
def test_a_status_that_is_none_is_refused(client, there, wallet, status, database):
    client.as_operator().post(f"{there}/{wallet.id}/status", {"status": status, "reason": "x"}, status=422)


def test_a_status_needs_a_reason(client, there, wallet):
    page = client.as_operator().post(f"{there}/{wallet.id}/status", {"status": "frozen", "reason": " "}, status=422)
    assert "A reason is missing" in page.text


def test_the_floor_is_set_but_not_above_the_balance(client, there, wallet, database):
    finance = client.as_operator("finance")
    page = finance.get(f"{there}/{wallet.id}")
    assert page.form("/floor")["floor"] == "0.00"
    assert "The floor is −500.00 EUR." in finance.follow(finance.submit(page, "/floor", {"floor": "-500"})).text
    refused = finance.submit(page, "/floor", {"floor": "100.01"}, status=422)
    assert "the floor cannot be above it" in refused.text
    assert refused.form("/floor")["floor"] == "100.01"
    assert "is not an amount" in finance.submit(page, "/floor", {"floor": "low"}, status=422).text
    with database.reading() as session:
        assert session.get_one(Wallet, wallet.id).floor == -50_000


@pytest.mark.parametrize("role", ["support", "viewer"])
def test_those_who_may_only_read_change_nothing(client, there, wallet, database, role):
    reader = client.as_operator(role)
    page = reader.get(f"{there}/{wallet.id}")
    assert "Adjust balance" not in page.text
    assert not page.find_all("button", name="status")
    reader.get(f"{there}/{wallet.id}/entries/new", status=403)
    for path, form in (
        (f"{there}/{wallet.id}/entries", {"amount": "1", "reason": "goodwill", "direction": "add", "key": str(ids.new_id())}),
        (f"{there}/{wallet.id}/status", {"status": "frozen", "reason": "x"}),
        (f"{there}/{wallet.id}/floor", {"floor": "-1"}),
        (f"{there}/", {"currency": "USD"}),
    ):
        reader.post(path, form, status=403)
    assert now(database, wallet) == (10_000, 1)


def test_a_customer_s_person_finds_nothing_here(client, there, wallet):
    assert client.as_person().http.get(f"{there}/{wallet.id}").status_code in {303, 404}


def test_a_wallet_is_not_found_under_another_customer(client, wallet, cast, there):
    owner = client.as_operator()
    foreign = f"/console/customers/{cast.neighbour.id}/wallets/{wallet.id}"
    owner.get(foreign, status=404)
    owner.get(f"{foreign}/entries/new", status=404)
    owner.post(f"{foreign}/entries", {"amount": "1"}, status=404)
    owner.post(f"{foreign}/status", {"status": "frozen", "reason": "x"}, status=404)
    owner.get(f"{there}/{ids.new_id()}", status=404)
    owner.get(f"{there}/nonsense", status=404)
    owner.get(f"/console/customers/{ids.new_id()}/wallets", status=404)


def test_wrong_methods_are_refused(client, there, wallet):
    owner = client.as_operator()
    owner.get(f"{there}/{wallet.id}/entries", status=405)
    owner.post(f"{there}/{wallet.id}", status=405)


def test_a_form_without_its_token_posts_nothing(client, there, wallet, database):
    form = {"csrf_token": "", "amount": "1", "reason": "goodwill", "direction": "add", "key": str(ids.new_id())}
    client.as_operator().post(f"{there}/{wallet.id}/entries", form, status=400)
    assert now(database, wallet) == (10_000, 1)


def test_what_people_wrote_is_shown_as_words(client, there, wallet, database):
    finance = client.as_operator("finance")
    adjusting(finance, there, wallet, customer_text="<script>alert(1)</script>", note="<b>&</b>")
    page = finance.get(f"{there}/{wallet.id}")
    assert "<script>alert(1)</script>" in page.text
    assert "Note: <b>&</b>" in page.text


def test_the_first_credit_is_offered_where_there_is_none(client, there, database, cast):
    with database.writing() as session:
        empty = wallets.open(session, cast.own, "EUR", by=cast.operator())
    assert "Add the first credit" in client.as_operator().get(f"{there}/{empty.id}").text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WalletEntry)) == 0


@pytest.fixture
def german(database, cast, client):
    """An operator who reads and writes amounts as in Germany."""
    with database.writing() as session:
        session.get_one(User, cast.operators["owner"].id).locale = "de"
    return client.as_operator("owner")


def test_a_refusal_has_its_amounts_in_the_readers_notation(german, there, wallet, database, cast):
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, wallet.id), 113_450, reason="top_up", key="more", by=cast.operator())
    page = adjusting(german, there, wallet, status=422, amount="1.234,51", direction="deduct", reason="service_delivered")
    assert "There are 1.234,50 EUR in this wallet: at most 1.234,50 can be deducted." in page.text
    page = german.submit(german.get(f"{there}/{wallet.id}"), "/status", {"status": "closed", "reason": "Done"}, status=422)
    assert "The balance is 1.234,50 EUR." in page.text
    page = german.submit(german.get(f"{there}/{wallet.id}"), "/floor", {"floor": "2.000,00"}, status=422)
    assert "The balance is 1.234,50 EUR: the floor cannot be above it." in page.text
    assert "at most 10.000.000.000.000 EUR" in adjusting(german, there, wallet, status=422, amount="20.000.000.000.000").text


def test_the_form_says_how_its_reader_parts_digits(german, there, wallet):
    output = german.get(f"{there}/{wallet.id}/entries/new").find("output", for_="amount")
    assert (output.get("data-decimal"), output.get("data-group"), output.get("data-further")) == (",", ".", "3")
