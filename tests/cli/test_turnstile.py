"""Pages are made one after another where that is quicker, and so are acts; nobody waits long, and neither for the other."""

from threading import Barrier, Event, Thread

import pytest

from portal.cli.turnstile import Turnstile

pytestmark = pytest.mark.one_database
WAITED = 5


class Pages:
    """A WSGI application that tells how many requests were in it at the same time; with `held`, each stays until it is let go."""

    def __init__(self, held: bool = False):
        self.inside, self.most, self.entered, self.go = 0, 0, Event(), Event()
        if not held:
            self.go.set()

    def __call__(self, environ, start_response):
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.set()
        self.go.wait(WAITED)
        for _ in range(2_000):
            str(self)
        self.inside -= 1
        return [environ["REQUEST_METHOD"].encode()]


def ask(application, method="GET"):
    return application({"REQUEST_METHOD": method}, lambda *_: None)


def at_once(application, count, method="GET"):
    ready = Barrier(count)

    def one():
        ready.wait(WAITED)
        for _ in range(20):
            ask(application, method)

    threads = [Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAITED)


def assert_second_enters(first, second):
    """Ask for something slow, and see that a second request is dealt with meanwhile."""
    pages = Pages(held=True)
    turnstile = Turnstile(pages)
    asking = [Thread(target=ask, args=(turnstile, method)) for method in (first, second)]
    for inside, thread in enumerate(asking, 1):
        pages.entered.clear()
        thread.start()
        assert pages.entered.wait(WAITED)
        assert pages.inside == inside
    pages.go.set()
    for thread in asking:
        thread.join(WAITED)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_pages_and_acts_are_made_one_after_another(monkeypatch, method):
    monkeypatch.setattr("portal.cli.turnstile.PATIENCE", WAITED)
    pages = Pages()
    at_once(Turnstile(pages), 4, method)
    assert pages.most == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_slow_holds_nobody_up(method):
    assert_second_enters(method, method)


@pytest.mark.parametrize(("first", "second"), [("GET", "POST"), ("POST", "GET")])
def test_pages_and_acts_wait_for_their_own_kind_only(monkeypatch, first, second):
    monkeypatch.setattr("portal.cli.turnstile.PATIENCE", 10 * WAITED)
    assert_second_enters(first, second)


def test_a_page_that_fails_leaves_the_turn_to_the_next():
    def failing(environ, start_response):
        raise ZeroDivisionError

    turnstile = Turnstile(failing)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            ask(turnstile)
    assert turnstile._pages.acquire(blocking=False)
