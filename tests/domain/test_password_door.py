"""The password door counts tries that come at once one after another."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from portal.db import Database
from portal.domain import sign_in
from portal.values import clock

AT_ONCE = 12


def test_tries_at_once_are_counted_one_after_another(database):
    start = Barrier(AT_ONCE)

    def come(number: int) -> int:
        with Database(database.url.render_as_string(hide_password=False)) as own:
            start.wait()
            return own.act(lambda db: sign_in.admit(db, "marta@gruenwald.example", "192.0.2.1"))

    with clock.frozen(clock.now()), ThreadPoolExecutor(AT_ONCE) as pool:
        waits = list(pool.map(come, range(AT_ONCE)))
    assert waits.count(0) == 5


def test_another_address_is_not_held_up(database):
    with database.writing() as one:
        assert sign_in.admit(one, "marta@gruenwald.example", "192.0.2.1") == 0
        with database.reading() as other:
            assert sign_in.wait_for(other, "nora@nachbar.example", "198.51.100.7") == 0
