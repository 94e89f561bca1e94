"""Pages are made one after another where that is quicker; nobody waits long, and acts pass by."""

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


def test_pages_are_made_one_after_another(monkeypatch):
    monkeypatch.setattr("portal.cli.turnstile.PATIENCE", WAITED)
    pages = Pages()
    at_once(Turnstile(pages), 4)
    assert pages.most == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_slow_page_holds_nobody_up(method):
    pages = Pages(held=True)
    turnstile = Turnstile(pages)
    slow = Thread(target=ask, args=(turnstile,))
    slow.start()
    assert pages.entered.wait(WAITED)
    other = Thread(target=ask, args=(turnstile, method))
    pages.entered.clear()
    other.start()
    assert pages.entered.wait(WAITED)
    assert pages.inside == 2
    pages.go.set()
    slow.join(WAITED)
    other.join(WAITED)


def test_a_page_that_fails_leaves_the_turn_to_the_next():
    def failing(environ, start_response):
        raise ZeroDivisionError

    turnstile = Turnstile(failing)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            ask(turnstile)
    assert turnstile._turn.acquire(blocking=False)
