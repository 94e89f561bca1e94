"""The whole ledger against a small model, through the console's forms: what pages say was done is what the books say.

Eight stories of fifteen steps on each database; `python -m tests.soak machine` tells more.
"""

from datetime import datetime, time, timedelta

from hypothesis.stateful import initialize
from sqlalchemy import select

from portal.domain import ledger, wallets
from portal.domain.ledger import transferring
from portal.domain.wallets.keeping import NotThisWay, WalletNotEmpty
from portal.model import CreditGrant, GrantUse, JournalEntry, Wallet, WalletEntry
from portal.values import clock, ids, locales, money
from portal.worker import wallet_job
from tests import factories
from tests.cast import Cast
from tests.domain.ledger.machine import Ended, Machine, Refused, play
from tests.page_client import PageClient

SAID = {
    ledger.WalletFrozen: "frozen",
    ledger.WalletClosed: "closed",
    ledger.InsufficientBalance: "can be deducted.",
    ledger.CreditSpent: "the whole cannot be taken back.",
    ledger.OtherWalletStill: "The other wallet",
    ledger.KeyReused: ledger.KeyReused.sentence,
    ledger.AlreadyReversed: ledger.AlreadyReversed.sentence,
    ledger.ReversalOfReversal: ledger.ReversalOfReversal.sentence,
    ledger.ExpiryStands: ledger.ExpiryStands.sentence,
    WalletNotEmpty: "only an empty wallet can be closed.",
    NotThisWay: "This wallet is closed.",
}


class ThroughPages(Machine):
    """As an operator of finance, who sends every form as a browser does; each story has customers of its own."""

    def __init__(self):
        super().__init__()
        self.keys = {}
        self.session = self.database.read_session()

    @initialize()
    def open(self):
        with self.database.writing() as session:
            entity = session.merge(self.cast.entity)
            own, neighbour = (factories.customer(session, entity, name=name) for name in ("Grünwald", "Nachbar"))
            people = Cast(entity, self.cast.sender, self.cast.operators, own, {}, neighbour, {})
            self.open_books(session, people)
        for book in self.books:
            book.row = self.session.get_one(Wallet, book.row.id)
        self.enter()

    def teardown(self):
        self.session.close()

    def enter(self):
        """Sign in at the machine's time: no session outlives its leaps."""
        with clock.frozen(self.now):
            self.browser = PageClient(self.app, self.cast).as_operator("finance")
            self.token = self.browser.csrf_token()

    def send(self, book, path, **fields):
        """Send a form of a wallet; give the answer, a refusal where nothing was posted. What comes back has what was typed."""
        with clock.frozen(self.now):
            there = f"/console/customers/{book.row.customer_id}/wallets/{book.row.id}"
            response = self.browser.http.post(f"{there}/{path}", data={**fields, "csrf_token": self.token})
            self.session.rollback()  # to see what is committed by now
            assert response.status_code in {303, 422}, response.get_data(as_text=True)
            if response.status_code == 303:
                return None
            page = self.browser._page(response, 422, htmx=False)
        return Refused(lambda kind: SAID[kind] in page.text)

    def posted(self, book, path, **fields):
        """Send a form that posts; give the last entry of the wallet, which is a new one exactly where nothing was refused."""
        before = self.last(book)
        refused = self.send(book, path, **fields)
        after = self.last(book)
        assert (before == after) == (refused is not None), "what the page says and what the books say differ"
        return refused or after

    def last(self, book):
        newest = select(WalletEntry).where(WalletEntry.wallet_id == book.row.id).order_by(WalletEntry.seq.desc()).limit(1)
        return self.session.scalars(newest).first()

    def one_time(self, key):
        return str(self.keys.setdefault(key, ids.new_id()))

    @staticmethod
    def zone():
        return locales.zone("Europe/Berlin")

    def ends_in(self, days):
        day = self.now.astimezone(self.zone()).date() + timedelta(days=days)
        return datetime.combine(day, time(23, 59, 59), self.zone()).astimezone(self.now.tzinfo)

    def adjustment(self, book, key, amount, *, priority=50, expires_at=None, kind="", note=""):
        return {
            "key": self.one_time(key),
            "direction": "add" if amount > 0 else "deduct",
            "amount": money.format_amount(abs(amount), book.row.currency, "en"),
            "reason": "top_up" if amount > 0 else "correction",
            "expires_on": expires_at.astimezone(self.zone()).date().isoformat() if expires_at else "",
            "kind": kind,
            "priority": str(priority),
            "note": note,
        }

    def adjusted(self, book, key, amount, **options):
        return self.posted(book, "entries", **self.adjustment(book, key, amount, **options))

    def adjusted_again(self, book, key, amount, first, **options):
        before = self.last(book)
        return self.send(book, "entries", **self.adjustment(book, key, amount, **options)) is None and self.last(book) == before

    def plan_of_reversal(self, book, row):
        with clock.frozen(self.now):
            return wallets.reversal_plan(self.session, book.row, row)

    def reversed(self, book, row, key):
        return self.posted(book, f"entries/{row.id}/reversal", key=self.one_time(key))

    def revoked(self, book, grant, key):
        return self.posted(book, f"grants/{grant.id}/revocation", key=self.one_time(key))

    def transferal(self, target, key, amount):
        figures = money.format_amount(amount, target.row.currency, "en")
        return {"key": self.one_time(key), "target": str(target.row.id), "amount": figures}

    def transferred(self, source, target, key, amount):
        made = self.posted(source, "transfers", **self.transferal(target, key, amount))
        return made if isinstance(made, Refused) else (made, transferring.arrived(self.session, made))

    def transferred_again(self, source, target, key, amount, first):
        ends = (self.last(source), self.last(target))
        return self.send(source, "transfers", **self.transferal(target, key, amount)) is None and ends == (
            self.last(source),
            self.last(target),
        )

    def turned(self, book, status):
        return self.send(book, "status", status=status, reason="Tried")

    def expired(self):
        """Let the worker look after all wallets; what belongs to stories that were told before does not concern this one."""
        seen = {book.row.id: book.row.seq for book in self.books}
        with clock.frozen(self.now):
            wallet_job.run(self.database)
        self.enter()
        ended = (
            select(WalletEntry, CreditGrant.entry_id, CreditGrant.expires_at)
            .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
            .join(GrantUse, GrantUse.entry_id == WalletEntry.id)
            .join(CreditGrant, CreditGrant.id == GrantUse.grant_id)
            .where(JournalEntry.reason == "expiry", WalletEntry.wallet_id.in_(seen))
            .order_by(WalletEntry.wallet_id, WalletEntry.seq)
        )
        self.session.rollback()
        return [Ended(granted, ends, made) for made, granted, ends in self.session.execute(ended) if made.seq > seen[made.wallet_id]]


def test_the_pages_and_a_small_model_say_the_same(app, database, cast):
    play(type("Here", (ThroughPages,), {"app": app, "database": database, "cast": cast}), stories=8, steps=15)
