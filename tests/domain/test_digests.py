"""Wallet activity once a day: what is chosen, what the letter has, and that nothing is told twice or lost."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.domain import communications, digests, mail_log, wallets
from portal.domain.communications import choose_daily, next_seven
from portal.domain.letters.phrases import in_english
from portal.domain.wallets import expiring
from portal.model import AuditEvent, Contact, EmailMessage, WalletDigest
from portal.values import clock, ids

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)  # 13:00 in Berlin
SEVEN = datetime(2026, 11, 24, 6, tzinfo=UTC)  # 07:00 in Berlin, the day after


@pytest.fixture
def owner(session, cast) -> Contact:
    contact = session.merge(cast.own_contacts["owner"])
    contact.time_zone = "Europe/Berlin"
    return contact


@pytest.fixture
def wallet(session, cast):
    with clock.frozen(MONDAY - timedelta(hours=1)):
        return wallets.open(session, session.merge(cast.own), "EUR", by=cast.operator())


def post(session, cast, wallet, amount: int, *, at: datetime, reason: str = "goodwill", text: str = ""):
    with clock.frozen(at):
        return wallets.adjust(session, wallet, amount, reason=reason, customer_text=text, key=str(ids.new_id()), by=cast.operator())


def choose(session, cast, owner, wanted: bool = True, *, at: datetime = MONDAY):
    with clock.frozen(at):
        return choose_daily(session, owner, wanted, how="form", by=cast.operator())


def letters(session, letter: str = "wallet_digest") -> list[EmailMessage]:
    return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == letter).order_by(EmailMessage.id)))


def make(session, owner, at: datetime):
    with clock.frozen(at):
        return digests.make(session, owner.id, now=at)


def test_a_movement_is_told_at_once_unless_somebody_chose_once_a_day(session, cast, owner, wallet):
    post(session, cast, wallet, 100, at=MONDAY)
    choose(session, cast, owner)
    post(session, cast, wallet, 200, at=MONDAY + timedelta(hours=1))
    assert [one.facts["amount"] for one in letters(session, "wallet_credited")] == [100]
    verdict = next(one for one in communications.recipients(session, session.merge(cast.own), "wallet") if one.contact.id == owner.id)
    assert verdict.will
    assert verdict.daily
    assert verdict.reason.endswith("Movements come once a day.")


def test_the_letter_has_each_entry_with_the_balance_before_and_after(session, cast, owner, wallet):
    post(session, cast, wallet, 5000, at=MONDAY - timedelta(minutes=5))
    choose(session, cast, owner)
    post(session, cast, wallet, 2500, at=MONDAY + timedelta(hours=1), text="Sorry for the wait")
    post(session, cast, wallet, -1200, at=MONDAY + timedelta(hours=2), reason="service_delivered")
    made = make(session, owner, SEVEN)
    lines = [(in_english(line["what"]), line["amount"]) for line in made.facts["lines"]]
    assert lines == [
        ("Store credit, before", 5000),
        ("Goodwill: Sorry for the wait", 2500),
        ("Service delivered", -1200),
        ("Store credit, now", 6300),
    ]
    assert (made.to_address, made.topic) == (owner.email, "wallet")
    assert set(made.links) >= {"open_wallet", "preferences", "unsubscribe"}
    letter = mail_log.reread(session, made, public_url="https://portal.example")
    assert letter.subject == "2 entries in your store credit"
    assert "23 Nov 2026: Goodwill: Sorry for the wait: 25.00 EUR" in letter.text.replace("\N{NO-BREAK SPACE}", " ")


def test_wallets_of_several_currencies_stand_in_one_letter_each_in_its_own(session, cast, owner, wallet):
    with clock.frozen(MONDAY - timedelta(minutes=30)):
        yen = wallets.open(session, session.merge(cast.own), "JPY", name="Travel", by=cast.operator())
    choose(session, cast, owner)
    post(session, cast, wallet, 100, at=MONDAY + timedelta(hours=1))
    post(session, cast, yen, 900, at=MONDAY + timedelta(hours=1))
    text = mail_log.reread(session, make(session, owner, SEVEN), public_url="https://portal.example").text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "Travel, now: 900 JPY" in text
    assert "Store credit, now: 1.00 EUR" in text


def test_nothing_is_sent_when_nothing_happened(session, cast, owner, wallet):
    choose(session, cast, owner)
    assert make(session, owner, SEVEN) is None
    assert letters(session) == []
    assert session.get(WalletDigest, owner.id).due_at == SEVEN + timedelta(days=1)


def test_it_is_not_made_before_seven_nor_twice(session, cast, owner, wallet):
    choose(session, cast, owner)
    post(session, cast, wallet, 100, at=MONDAY + timedelta(hours=1))
    assert make(session, owner, SEVEN - timedelta(seconds=1)) is None
    assert digests.due(session, SEVEN, limit=5) == [owner.id]
    assert make(session, owner, SEVEN) is not None
    assert make(session, owner, SEVEN + timedelta(minutes=1)) is None
    assert digests.due(session, SEVEN + timedelta(minutes=1), limit=5) == []


def test_a_worker_that_was_down_for_days_loses_nothing(session, cast, owner, wallet):
    choose(session, cast, owner)
    for day in range(4):
        post(session, cast, wallet, 100 + day, at=MONDAY + timedelta(days=day, hours=1))
    made = make(session, owner, SEVEN + timedelta(days=4))
    assert [line["amount"] for line in made.facts["lines"]] == [0, 100, 101, 102, 103, 406]


def test_a_clock_that_jumps_ahead_and_back_tells_nothing_twice_and_loses_nothing(session, cast, owner, wallet):
    choose(session, cast, owner)
    post(session, cast, wallet, 100, at=MONDAY + timedelta(hours=1))
    made = [make(session, owner, SEVEN + timedelta(days=3))]  # the clock is three days ahead
    post(session, cast, wallet, 200, at=MONDAY + timedelta(hours=3))  # and right again
    made += [make(session, owner, at) for at in (SEVEN, SEVEN + timedelta(days=1), SEVEN + timedelta(days=4))]
    told = [line["amount"] for one in made if one for line in one.facts["lines"] if "at" in line]
    assert told == [100, 200]


def test_a_second_letter_on_one_day_waits_for_the_next_and_has_everything(session, cast, owner, wallet):
    choose(session, cast, owner)
    post(session, cast, wallet, 100, at=MONDAY + timedelta(hours=1))
    make(session, owner, SEVEN)
    post(session, cast, wallet, 200, at=SEVEN + timedelta(hours=1))
    session.get(WalletDigest, owner.id).due_at = SEVEN + timedelta(hours=2)  # as after a move to another time zone
    assert make(session, owner, SEVEN + timedelta(hours=2)) is None
    made = make(session, owner, SEVEN + timedelta(days=1))
    assert [line["amount"] for line in made.facts["lines"] if "at" in line] == [200]


def test_seven_is_seven_where_the_reader_is_whichever_way_the_clocks_were_set():
    before_summer = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_seven(before_summer, "Europe/Berlin").astimezone(UTC) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    before_winter = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert next_seven(before_winter, "Europe/Berlin").astimezone(UTC) == datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert next_seven(SEVEN, "Europe/Berlin").astimezone(UTC) == SEVEN + timedelta(days=1)


def test_changing_back_sends_what_was_not_told_and_then_tells_at_once(session, cast, owner, wallet):
    choose(session, cast, owner)
    post(session, cast, wallet, 100, at=MONDAY + timedelta(hours=1))
    choose(session, cast, owner, False, at=MONDAY + timedelta(hours=2))
    post(session, cast, wallet, 200, at=MONDAY + timedelta(hours=2, minutes=1))
    made = make(session, owner, MONDAY + timedelta(hours=2, minutes=5))
    assert [line["amount"] for line in made.facts["lines"] if "at" in line] == [100]
    assert [one.facts["amount"] for one in letters(session, "wallet_credited")] == [200]
    assert session.get(WalletDigest, owner.id).due_at is None


def test_the_end_of_credit_is_told_at_once_and_is_no_news_by_itself(session, cast, owner, wallet):
    choose(session, cast, owner)
    with clock.frozen(MONDAY):
        kept = wallets.adjust(session, wallet, 900, reason="goodwill", key="k", expires_at=MONDAY + timedelta(days=2), by=cast.operator())
    assert kept.balance_after == 900
    make(session, owner, SEVEN)
    at = MONDAY + timedelta(days=2, minutes=1)
    with clock.frozen(at):
        grants = expiring.due(session, at, limit=10, after=None)
        expiring.end(session, wallet.id, grants, now=at, by=cast.operator())
    assert [one.letter for one in letters(session, "credit_expired")] == ["credit_expired"]
    assert make(session, owner, SEVEN + timedelta(days=2)) is None


def test_whoever_switched_wallet_activity_off_gets_none_and_is_told_nothing_old_later(session, cast, owner, wallet):
    choose(session, cast, owner)
    other = session.merge(cast.own_contacts["viewer"])
    by = cast.operator()
    communications.choose(session, other, {"wallet": True}, how="form", by=by)
    communications.choose(session, owner, {"wallet": False}, how="form", by=by)
    post(session, cast, wallet, 100, at=MONDAY + timedelta(hours=1))
    assert make(session, owner, SEVEN) is None
    communications.choose(session, owner, {"wallet": True}, how="form", by=by)
    assert make(session, owner, SEVEN + timedelta(days=1)) is None


def test_the_choice_has_a_receipt_a_history_an_undo_and_a_letter_to_whom_it_concerns(session, cast, owner, wallet):
    (receipt,) = choose(session, cast, owner)
    assert (receipt.topic, receipt.wanted, receipt.wording) == (
        "wallet_daily", True, "Wallet activity: Once a day at 07:00, in one letter",
    )  # fmt: skip
    assert choose(session, cast, owner) == []
    newest = communications.history(session, owner.id)[0]
    assert (newest.topic.label, newest.holds) == ("Wallet activity once a day", True)
    assert in_english(letters(session, "preferences_changed")[0].facts["changes"][0]["what"]) == "Wallet activity once a day"
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "preference.changed")).all()[-1]
    assert event.changes == {"wallet_daily": ["off", "on"]}
    (back,) = communications.undo(session, owner, receipt.id, by=cast.operator())
    assert (back.wanted, back.undoes_id, communications.comes_daily(session, owner.id)) == (False, receipt.id, False)


def test_a_long_day_is_summed_up(session, cast, owner, wallet):
    choose(session, cast, owner)
    for number in range(digests.LISTED + 5):
        post(session, cast, wallet, 1, at=MONDAY + timedelta(minutes=number + 1))
    lines = make(session, owner, SEVEN).facts["lines"]
    assert len(lines) == digests.LISTED + 2
    assert (in_english(lines[-2]["what"]), lines[-2]["amount"], lines[-1]["amount"]) == ("6 more", 6, 45)


def test_somebody_removed_gets_none(session, cast, owner, wallet):
    choose(session, cast, owner)
    post(session, cast, wallet, 100, at=MONDAY + timedelta(hours=1))
    owner.is_primary, owner.removed_at = False, SEVEN
    assert make(session, owner, SEVEN) is None
    assert session.get(WalletDigest, owner.id).due_at is None
