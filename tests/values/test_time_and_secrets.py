from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import pytest

from portal.values import clock, ids, tokens
from portal.values.errors import BadValue
from portal.values.ids import from_hex, new_hexes, new_id, new_ids
from portal.values.locales import (
    LOCALES,
    format_date,
    format_datetime,
    format_day,
    parse_locale,
    parse_time_zone,
    time_zones,
)

AT = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)


def test_ids_are_uuid_7_of_now_and_ascend():
    before = datetime.now(UTC)
    ids = [new_id(), *new_ids(5000), new_id()]
    assert ids == sorted(set(ids))
    assert {(id.version, id.variant) for id in ids} == {(7, "specified in RFC 4122")}
    made = datetime.fromtimestamp((ids[0].int >> 80) / 1000, UTC)
    assert abs(made - before) < timedelta(seconds=5)
    assert new_ids(0) == []


def test_ids_are_read_of_their_digits():
    for one in (new_id(), UUID(int=0), UUID(int=2**128 - 1), UUID("0192f0c1-2345-7abc-8def-0123456789ab")):
        read = from_hex(one.hex)
        assert (read, hash(read), str(read)) == (one, hash(one), str(one))


def test_digits_are_written_with_dashes():
    one = new_id()
    assert ids.dashed(one.hex) == str(one)


def test_ids_written_as_digits_go_on_where_the_others_stopped():
    before, (*made, last), after = new_id(), new_hexes(5000), new_id()
    assert sorted({before.hex, *made, last, after.hex}) == [before.hex, *made, last, after.hex]
    assert {(UUID(one).version, UUID(one).variant) for one in made} == {(7, RFC_4122)}
    assert new_hexes(0) == []


def test_ids_written_as_digits_cross_the_end_of_their_lower_half(monkeypatch):
    monkeypatch.setattr(ids, "_last_ms", 2**47)
    monkeypatch.setattr(ids, "_counter", (3 << 30) - 2)
    assert [one[:24] for one in new_hexes(4)] == [
        "8000000000007002bffffffe",
        "8000000000007002bfffffff",
        "800000000000700380000000",
        "800000000000700380000001",
    ]


def test_ids_of_many_threads_differ():
    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(lambda _: [new_id() for _ in range(500)], range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({id for batch in batches for id in batch}) == 4000


def test_the_clock_can_be_held():
    with clock.frozen(datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))):
        assert clock.now() == datetime(2026, 1, 1, 10, tzinfo=UTC)
        assert clock.now().tzinfo is UTC
        with clock.frozen(AT):
            assert clock.now() == AT
        assert clock.now().hour == 10
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_can_be_replaced():
    clock.set_clock(lambda: AT)
    try:
        assert clock.now() == AT
    finally:
        clock.set_clock(None)


def test_tokens_are_kept_as_digests():
    token = tokens.new_token()
    assert len(token) == 43
    assert token != tokens.new_token()
    assert len(tokens.digest(token)) == 32
    assert tokens.matches(tokens.digest(token), tokens.digest(token))
    assert not tokens.matches(tokens.digest(token), tokens.digest(token + "x"))
    assert tokens.digest("\ud800")


def test_codes_have_six_digits_and_depend_on_key_and_salt():
    assert all(len(code) == 6 and code.isdigit() for code in (tokens.new_code() for _ in range(200)))
    digests = {tokens.code_digest(key, salt, "123456") for key, salt in ((b"k", b"s"), (b"k", b"t"), (b"l", b"s"))}
    assert len(digests) == 3
    assert tokens.code_digest(b"k", b"a", "b") != tokens.code_digest(b"k", b"", "ab")


@pytest.mark.parametrize(
    ("locale", "tz", "text"),
    [
        ("en", "UTC", "23 Nov 2026, 09:14"),
        ("en", "Europe/Berlin", "23 Nov 2026, 10:14"),
        ("en_IN", "Asia/Kolkata", "23 Nov 2026, 14:44"),
        ("de", "Europe/Berlin", "23.11.2026, 10:14"),
        ("fr", "Europe/Paris", "23 nov. 2026, 10:14"),
        ("ja", "Asia/Tokyo", "2026/11/23 18:14"),
    ],
)
def test_a_moment_is_written_for_its_reader(locale, tz, text):
    assert format_datetime(AT, locale, tz) == text


def test_a_day_is_that_of_the_reader():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert format_date(late, "en", "UTC") == "23 Nov 2026"
    assert format_date(late, "en", "Asia/Tokyo") == "24 Nov 2026"
    assert format_date(date(2026, 1, 2), "en", "Asia/Tokyo") == "2 Jan 2026"
    assert format_day(AT) == "2026-11-23"


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_every_language_on_offer_can_be_read_and_used(locale):
    assert parse_locale(locale) == parse_locale(locale.replace("_", "-").upper()) == parse_locale(LOCALES[locale]) == locale
    assert "14" in format_datetime(AT, locale, "UTC")


def test_a_region_not_on_offer_falls_back_on_its_language():
    assert parse_locale("de-AT") == "de"
    assert parse_locale("Deutsch") == "de"
    with pytest.raises(BadValue):
        parse_locale("xx")


def test_time_zones_are_read_in_any_case():
    assert parse_time_zone("europe/berlin") == "Europe/Berlin"
    assert parse_time_zone("America/New York") == "America/New_York"
    assert time_zones()[0] == "UTC"
    assert "Asia/Kolkata" in time_zones()
    for wrong, suggestion in (("Berlin", "Europe/Berlin"), ("Mars/Base", None), ("", None)):
        with pytest.raises(BadValue) as refusal:
            parse_time_zone(wrong)
        assert refusal.value.suggestion == suggestion
