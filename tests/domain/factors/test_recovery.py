"""Recovery codes: ten, kept as digests, each good once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from portal.domain import factors
from portal.model import AuditEvent, RecoveryCode, User
from portal.values.sealed import Vault

AT_ONCE = 16


def test_ten_codes_are_made_and_none_is_kept(session, user, vault, by):
    codes = factors.make_codes(session, user, vault=vault, by=by)
    assert len(set(codes)) == 10
    assert all(len(code) == 14 and code.count("-") == 2 for code in codes)
    kept = session.scalars(select(RecoveryCode.digest)).all()
    assert len(kept) == 10
    assert not any(code.encode() in digest or code.replace("-", "").encode() in digest for code in codes for digest in kept)


def test_each_works_once_however_it_is_typed(session, user, vault, by):
    first, second, third, *_ = factors.make_codes(session, user, vault=vault, by=by)
    assert factors.use_recovery_code(session, user, first, vault=vault, by=by)
    assert not factors.use_recovery_code(session, user, first, vault=vault, by=by)
    assert factors.use_recovery_code(session, user, f"  {second.upper().replace('-', ' ')} ", vault=vault, by=by)
    assert factors.use_recovery_code(session, user, third.replace("-", ""), vault=vault, by=by)
    assert factors.left(session, user.id) == 7
    used = session.scalars(select(AuditEvent).where(AuditEvent.action == "recovery.used")).all()
    assert sorted(event.facts["left"] for event in used) == [7, 8, 9]


def test_new_codes_take_the_place_of_the_old(session, user, vault, by):
    old = factors.make_codes(session, user, vault=vault, by=by)
    new = factors.make_codes(session, user, vault=vault, by=by)
    assert not factors.use_recovery_code(session, user, old[0], vault=vault, by=by)
    assert factors.use_recovery_code(session, user, new[0], vault=vault, by=by)


def test_a_wrong_one_and_somebody_elses_open_nothing(session, user, vault, by, cast):
    codes = factors.make_codes(session, user, vault=vault, by=by)
    other = session.get_one(User, cast.operators["owner"].id)
    for code in (codes[0], "", "aaaa-bbbb-cccc", "x" * 5000, "\x00"):
        assert not factors.use_recovery_code(session, other, code, vault=vault, by=by)
    assert factors.left(session, user.id) == 10


def test_codes_outlive_a_change_of_the_key(session, user, vault, by):
    codes = factors.make_codes(session, user, vault=vault, by=by)
    changed = Vault("another-key-0123456789-abcdefghij", "for-tests-only-0123456789-abcdefghij")
    assert factors.use_recovery_code(session, user, codes[0], vault=changed, by=by)


def test_one_code_used_sixteen_times_at_once_works_once(database, cast, vault, by):
    user_id = cast.operators["support"].id
    with database.writing() as db:
        code = factors.make_codes(db, db.get_one(User, user_id), vault=vault, by=by)[0]
    start = Barrier(AT_ONCE)

    def use_it(_) -> bool:
        start.wait()
        return database.act(lambda db: factors.use_recovery_code(db, db.get_one(User, user_id), code, vault=vault, by=by))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(use_it, range(AT_ONCE))) == 1
    with database.reading() as db:
        assert factors.left(db, user_id) == 9
