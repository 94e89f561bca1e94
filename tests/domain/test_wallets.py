"""Wallets: opened once per currency, adjusted with a reason, told to those who want to know, taken apart for reading."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import actors, attention, mail_log, wallets
from portal.domain.errors import NotFound, Refusal
from portal.domain.letters import LETTERS
from portal.domain.letters.phrases import say
from portal.model import AuditEvent, Customer, EmailMessage, Wallet, WalletEntry
from portal.values import clock, ids, money
from tests.cast import Cast

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def cast(session):
    return Cast.make(session)


@pytest.fixture
def by(cast):
    return cast.operator("finance")


@pytest.fixture
def wallet(session, cast, by) -> Wallet:
    return wallets.open(session, cast.own, "EUR", by=by)


@pytest.fixture
def adjust(session, wallet, by):
    """Adjust the wallet; the key is new unless one is given."""

    def adjusting(amount: int, reason: str = "", **options) -> WalletEntry:
        reason = reason or ("top_up" if amount > 0 else "service_delivered")
        return wallets.adjust(session, wallet, amount, reason=reason, **{"key": str(ids.new_id()), "by": by, **options})

    return adjusting


def events(session, action: str) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)))


def letters(session) -> list[EmailMessage]:
    return list(session.scalars(select(EmailMessage).order_by(EmailMessage.id)))


def test_the_first_wallet_is_the_main_one(session, cast, wallet, by):
    second = wallets.open(session, cast.own, "JPY", name="  Tokyo   office ", by=by)
    assert (wallet.is_main, second.is_main, second.name) == (True, False, "Tokyo office")
    assert [kept.currency for kept in wallets.of_customer(session, cast.own.id)] == ["EUR", "JPY"]
    assert [event.facts["currency"] for event in events(session, "wallet.opened")] == ["EUR", "JPY"]


def test_there_is_one_wallet_per_currency(session, cast, wallet, by):
    with pytest.raises(wallets.WalletExists, match="a wallet in EUR already"):
        wallets.open(session, cast.own, "EUR", by=by)
    assert wallets.open(session, cast.neighbour, "EUR", by=by).is_main


def test_an_archived_customer_gets_no_wallet(session, cast, by):
    cast.own.status = "archived"
    with pytest.raises(Refusal, match="Restore it first"):
        wallets.open(session, cast.own, "EUR", by=by)


def test_a_wallet_is_found_by_those_only_who_may_see_it(session, cast, wallet):
    assert wallets.find(session, cast.operator("viewer"), cast.own.id, wallet.id) is wallet
    assert wallets.find(session, cast.person("viewer"), cast.own.id, wallet.id) is wallet
    for actor, customer_id, wallet_id in (
        (cast.person(at="neighbour"), cast.own.id, wallet.id),
        (cast.person(at="neighbour"), cast.neighbour.id, wallet.id),
        (cast.operator(), cast.neighbour.id, wallet.id),
        (cast.operator(), cast.own.id, ids.new_id()),
    ):
        with pytest.raises(NotFound):
            wallets.find(session, actor, customer_id, wallet_id)


def test_adjusting_records_who_did_what_with_before_and_after(session, cast, wallet, adjust):
    adjust(10_000)
    entry = adjust(2_500, "goodwill", note="Asked by phone", customer_text="Sorry", reference="T-5512")
    event = events(session, "wallet.adjusted")[-1]
    assert (event.customer_id, event.subject_id, event.actor_name) == (cast.own.id, wallet.id, "Finance Operator")
    assert event.facts == {
        "amount": 2_500,
        "currency": "EUR",
        "before": 10_000,
        "after": 12_500,
        "reason": "goodwill",
        "entry_id": str(entry.id),
        "note": "Asked by phone",
        "customer_text": "Sorry",
        "reference": "T-5512",
    }


def test_adjusting_tells_the_contacts_who_get_wallet_activity(session, cast, wallet, adjust):
    with clock.frozen(NOON):
        adjust(2_500, "goodwill", customer_text="Sorry", expires_at=NOON + timedelta(days=30))
        adjust(-500)
    told, less = [letter for letter in letters(session) if letter.to_address == cast.own.email]
    assert (told.letter, less.letter) == ("wallet_credited", "wallet_debited")
    assert told.links["open_wallet"] == {"purpose": "sign_in", "target": f"/account/wallets/{wallet.id}"}
    assert set(LETTERS["wallet_credited"].sample) == set(told.facts)
    facts = {name: told.facts[name] for name in ("amount", "before", "after", "currency", "reason", "text", "posted_at", "expires_at")}
    assert facts == {
        "amount": 2_500,
        "before": 0,
        "after": 2_500,
        "currency": "EUR",
        "reason": say("Goodwill"),
        "text": "Sorry",
        "posted_at": "2026-11-23T12:00:00+00:00",
        "expires_at": "2026-12-23T12:00:00+00:00",
    }
    assert (less.facts["amount"], less.facts["reason"]) == (-500, say("Service delivered"))
    assert not {"text", "expires_at"} & set(less.facts)


@pytest.mark.parametrize("change", [{"communications": False}, {"status": "archived"}])
def test_adjusting_tells_nobody_where_the_customer_is_sent_nothing(session, cast, wallet, adjust, change):
    own = session.get_one(Customer, cast.own.id)
    for name, value in change.items():
        setattr(own, name, value)
    adjust(500)
    assert letters(session) == []


def test_a_letter_is_in_the_customer_s_language_and_zone_where_the_contact_has_none(session, cast, wallet, adjust):
    own = session.get_one(Customer, cast.own.id)
    own.locale, own.time_zone = "de", "Asia/Tokyo"
    adjust(500)
    assert {(letter.locale, letter.time_zone) for letter in letters(session)} == {("de", "Asia/Tokyo")}


def test_the_letter_of_an_adjustment_can_be_written(session, cast, wallet, adjust):
    adjust(2_500, "goodwill", customer_text="Sorry", expires_at=clock.now() + timedelta(days=30))
    letter = mail_log.reread(session, letters(session)[0], public_url="https://portal.example")
    assert letter.subject == "You have 25.00 EUR more credit"


def test_the_same_key_adjusts_records_and_tells_once(session, wallet, adjust):
    first, again = adjust(2_500, key="once"), adjust(2_500, key="once")
    assert again is first
    assert len(events(session, "wallet.adjusted")) == 1
    assert len(letters(session)) == 1
    with pytest.raises(wallets.KeyReused):
        adjust(2_501, key="once")


def test_a_key_is_the_door_s_own(session, wallet, adjust):
    adjust(2_500, key="once")
    assert adjust(2_501, key="once", by=actors.system("cli")).seq == 2


@pytest.mark.parametrize(
    ("amount", "options", "field", "sentence"),
    [
        (0, {}, "amount", "more than zero"),
        (money.MAX_MINOR + 1, {}, "amount", "holds at most"),
        (100, {"reason": "nonsense"}, "reason", "A reason is missing"),
        (100, {"reason": "service_delivered"}, "reason", "Service delivered does not add credit"),
        (-100, {"reason": "goodwill"}, "reason", "Goodwill does not deduct credit. Credit is deducted for: Service delivered,"),
        (100, {"expires_at": NOON - timedelta(seconds=1)}, "expires_on", "This day is over"),
        (-100, {"expires_at": NOON + timedelta(days=1)}, "expires_on", "Only added credit"),
        (100, {"note": "x" * 2_001}, "note", "2,001 characters"),
        (100, {"customer_text": "x" * 256}, "customer_text", "256 characters"),
        (100, {"reference": "x" * 256}, "reference", "256 characters"),
        (-100, {}, "amount", "There are 0.00 EUR in this wallet: nothing can be deducted"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session, wallet, adjust, amount, options, field, sentence):
    with clock.frozen(NOON), pytest.raises(Refusal, match=sentence) as refused:
        adjust(amount, **options)
    assert refused.value.field == field
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq) == (0, 0)
    assert not events(session, "wallet.adjusted")
    assert not letters(session)


def test_freezing_and_reopening_keep_the_reason(session, wallet, by):
    wallets.set_status(session, wallet, "frozen", reason="  Under   dispute ", by=by)
    assert (wallet.status, wallet.status_reason) == ("frozen", "Under dispute")
    wallets.set_status(session, wallet, "open", reason="Settled", by=by)
    assert [event.changes for event in events(session, "wallet.frozen")] == [{"status": ["open", "frozen"]}]
    assert [event.facts["reason"] for event in events(session, "wallet.reopened")] == ["Settled"]


def test_a_wallet_with_money_cannot_be_closed(session, wallet, adjust, by):
    adjust(100)
    with pytest.raises(wallets.WalletNotEmpty, match=r"The balance is 1\.00 EUR"):
        wallets.set_status(session, wallet, "closed", reason="Left us", by=by)
    assert wallet.status == "open"
    adjust(-100)
    wallets.set_status(session, wallet, "closed", reason="Left us", by=by)
    assert len(events(session, "wallet.closed")) == 1
    with pytest.raises(Refusal, match="Open it again"):
        wallets.set_status(session, wallet, "frozen", reason="x", by=by)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 256])
def test_a_change_of_status_has_a_reason(session, wallet, by, reason):
    with pytest.raises(Refusal) as refused:
        wallets.set_status(session, wallet, "frozen", reason=reason, by=by)
    assert refused.value.field == "reason"


def test_asking_for_the_status_that_is_so_changes_nothing(session, wallet, by):
    wallets.set_status(session, wallet, "open", reason="x", by=by)
    assert not events(session, "wallet.reopened")


def test_the_floor_is_never_above_the_balance(session, wallet, adjust, by):
    adjust(10_000)
    wallets.set_floor(session, wallet, 10_000, by=by)
    with pytest.raises(wallets.FloorAboveBalance, match=r"The balance is 100\.00 EUR"):
        wallets.set_floor(session, wallet, 10_001, by=by)
    assert wallet.floor == 10_000
    assert [event.changes for event in events(session, "wallet.floor_changed")] == [{"floor": ["0.00", "100.00"]}]
    with pytest.raises(Refusal, match="beyond"):
        wallets.set_floor(session, wallet, -money.MAX_MINOR - 1, by=by)


def test_entries_are_read_newest_first_in_pages_without_counting(session, wallet, adjust):
    for n in range(7):
        adjust(100 + n)
    session.refresh(wallet)
    first = wallets.entries(session, wallet, limit=3)
    assert ([row.seq for row in first.rows], first.total, first.older, first.newest) == ([7, 6, 5], 7, 5, True)
    second = wallets.entries(session, wallet, before=first.older, limit=3)
    assert ([row.seq for row in second.rows], second.older, second.newer, second.newest) == ([4, 3, 2], 2, 8, False)
    last = wallets.entries(session, wallet, before=second.older, limit=3)
    assert ([row.seq for row in last.rows], last.older, last.newer) == ([1], None, 5)
    assert wallets.entries(session, wallet, before=1, limit=3).rows == []
    assert wallets.entries(session, wallet, before=10**30, limit=3) == first
    assert wallets.entries(session, wallet, before=-5, limit=3).rows == []


def test_an_entry_is_read_with_before_and_after_who_and_why(session, wallet, adjust):
    adjust(10_000)
    adjust(-2_500, note="n", customer_text="t", reference="r")
    row = wallets.entries(session, wallet).rows[0]
    assert (row.balance_before, row.amount, row.balance_after) == (10_000, -2_500, 7_500)
    assert (row.reason, row.note, row.customer_text, row.reference) == ("service_delivered", "n", "t", "r")
    assert (row.actor_name, row.origin) == ("Finance Operator", "console")


def test_the_balance_over_time_ends_now_and_knows_its_highest(session, wallet, adjust):
    assert wallets.series(session, wallet) is None
    for day, amount in enumerate((10_000, 5_000, -12_000, 1_000)):
        with clock.frozen(NOON + timedelta(days=day)):
            adjust(amount)
    session.refresh(wallet)
    with clock.frozen(NOON + timedelta(days=9)):
        series = wallets.series(session, wallet)
    assert [balance for _, balance in series.points] == [10_000, 15_000, 3_000, 4_000, 4_000]
    assert series.points[-1][0] == NOON + timedelta(days=9)
    assert (series.highest, series.highest_at, series.whole) == (15_000, NOON + timedelta(days=1), True)
    latest = wallets.series(session, wallet, points=2)
    assert ([balance for _, balance in latest.points][:2], latest.whole) == ([3_000, 4_000], False)


def test_a_balance_is_taken_apart_in_the_order_it_is_spent(session, wallet, adjust):
    with clock.frozen(NOON):
        adjust(250_000, "top_up")
        adjust(254_961, "refund")
        adjust(2_500, "goodwill", expires_at=NOON + timedelta(days=38))
        adjust(5_000, "promotion")
    shares = wallets.composition(session, wallet)
    assert [(share.grant.reason, share.grant.remaining, share.place) for share in shares] == [
        ("goodwill", 2_500, "first"),
        ("promotion", 5_000, "next"),
        ("top_up", 250_000, "next"),
        ("refund", 254_961, "last"),
    ]
    assert [share.sentence("31 December 2026") for share in shares] == [
        "Spent first: it ends on 31 December 2026.",
        "Spent next: gifts go before what was paid for.",
        "Spent next: older than what follows.",
        "Spent last: the youngest of its kind.",
    ]


def test_a_part_of_the_composition_knows_that_more_follows(session, wallet, adjust):
    for amount in (100, 200, 300):
        adjust(amount)
    assert [share.place for share in wallets.composition(session, wallet, limit=2)] == ["first", "next"]


def test_a_single_grant_has_no_order_but_may_end(session, wallet, adjust):
    adjust(2_500, "goodwill", expires_at=clock.now() + timedelta(days=38))
    assert wallets.composition(session, wallet)[0].sentence("31 Dec 2026") == "It ends on 31 Dec 2026."


def test_the_story_of_a_grant_tells_what_was_taken_from_it(session, wallet, adjust):
    adjust(10_000)
    adjust(-4_000, reference="INV-1")
    adjust(-6_000, reference="INV-2")
    adjust(3_000)
    adjust(-1_000, reference="INV-3")
    left, used_up = wallets.stories(session, wallet)
    assert [(story.grant.remaining, [(spent.amount, spent.reference) for spent in story.spent]) for story in left] == [
        (2_000, [(1_000, "INV-3")])
    ]
    assert [[(spent.amount, spent.reference) for spent in story.spent] for story in used_up] == [[(4_000, "INV-1"), (6_000, "INV-2")]]
    assert [story.earlier for story in (*left, *used_up)] == [0, 0]


def test_a_long_story_sums_up_what_is_earlier(session, wallet, adjust, monkeypatch):
    monkeypatch.setattr("portal.domain.wallets.parts.SPENDS", 2)
    adjust(10_000)
    for amount in (100, 200, 300, 400):
        adjust(-amount)
    story = wallets.stories(session, wallet)[0][0]
    assert ([spent.amount for spent in story.spent], story.earlier) == ([300, 400], 300)


def test_what_needs_attention_is_said_and_nothing_else(session, cast, wallet, adjust, by):
    def matters():
        kept = wallets.of_customer(session, cast.own.id)
        return [(matter.kind, matter.currency or matter.name, matter.amount) for matter in attention.matters(session, cast.own.id, kept)]

    with clock.frozen(NOON):
        adjust(10_000)
        adjust(500, "goodwill", expires_at=NOON + timedelta(days=31))
        assert matters() == []
        adjust(300, "goodwill", expires_at=NOON + timedelta(days=10))
        adjust(200, "goodwill", expires_at=NOON + timedelta(days=10))
        owing = wallets.open(session, cast.own, "USD", by=by)
        wallets.set_floor(session, owing, -1_000, by=by)
        wallets.adjust(session, owing, -600, reason="correction", key="a", by=by)
        wallets.set_status(session, wallets.open(session, cast.own, "JPY", by=by), "frozen", reason="x", by=by)
        wallet.low_balance = 20_000
        cast.own_contacts["viewer"].bounce_state = "hard"
        assert sorted(matters()) == [
            ("below_zero", "USD", -600),
            ("bounced", "Vera", 0),
            ("ending", "EUR", 500),
            ("frozen", "JPY", 0),
            ("low", "EUR", 20_000),
        ]


def test_nothing_is_written_but_in_the_session_of_the_caller(session, adjust):
    adjust(100)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(WalletEntry)) == 0
