"""Time a broadcast to very many: counting, scheduling, writing its messages, handing out, stopping, and its page all along.

    python tests/bench/broadcast.py [--database sqlite|postgresql] [--customers 100000]

Every customer has a contact, one in four two; nine in ten live in Germany, which is the view; of those contacts nine in ten
have switched the topic on. The steps are those of the worker, one after the other in this process: for each kind of step how
many there were, how long all took, the median and the longest of one, the longest time that one held the writer's place, the same in
time of the processor (which says what is ours where the machine is busy), and by how much the process grew from its second step
to its last. The second broadcast is stopped half way. Pages are asked for by a test client, as the reader who follows the
progress does.
"""

import argparse
import logging
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import func, insert, select, update

from portal import logs, migrations
from portal.app import create_app
from portal.db import Database
from portal.domain import broadcasts, outbox, saved_views
from portal.domain.broadcasts import Draft
from portal.domain.broadcasts.sending import BATCH
from portal.domain.letters import Words
from portal.model import Broadcast, EmailMessage, Preference, PreferenceReceipt
from portal.values import clock, ids
from portal.worker import broadcast_job
from tests import postgres
from tests.bench import load
from tests.cast import Cast
from tests.conftest import settings_of
from tests.page_client import PageClient

WORDS = Words("News for {customer_name}", "In a minute.", "Hello[[ {contact_name}]],\n\nsomething is new.\n\n[Open the portal](portal)")
TOPIC = "news"
PIECE = 10_000
HEAD = "{:<30}{:>7}{:>9}{:>11}{:>12}{:>11}{:>11}{:>9}"
LINE = "{:<30}{:>7}{:>7.1f} s{:>8.1f} ms{:>9.1f} ms{:>8.1f} ms{:>8.1f} ms{:>+6.1f} MB"
COLUMNS = ("", "steps", "all", "median", "longest", "locked", "of CPU", "grown")


class Timed(Database):
    """A database that notes how long each transaction that writes was open: that long it may hold the writer's place.

    In seconds: by the clock, and of the processor in this process.
    """

    def __init__(self, url: str):
        super().__init__(url)
        self.held: list[tuple[float, float]] = []

    @contextmanager
    def writing(self, *, hasty: bool = False) -> Iterator:
        began, worked = time.perf_counter(), time.process_time()
        try:
            with super().writing(hasty=hasty) as session:
                yield session
        finally:
            self.held.append((time.perf_counter() - began, time.process_time() - worked))


def main() -> None:
    """Measure on the database that is asked for."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    wanted.add_argument("--customers", type=int, default=100_000)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-broadcast-") as directory:
        place, cluster = Path(directory), None
        if asked.database == "postgresql":
            (place / "cluster").mkdir()
            place.chmod(0o755)
            cluster = postgres.Cluster(place / "cluster", postgres.binaries())
            cluster.start()
        url = cluster.url() if cluster else f"sqlite:///{place / 'portal.db'}"
        try:
            with Timed(url) as database:
                measure(database, url, place, asked.customers)
        finally:
            if cluster:
                cluster.stop()


def measure(database: Timed, url: str, place: Path, customers: int) -> None:
    """Fill a fresh database, then time everything."""
    migrations.upgrade(database)
    with database.writing() as session:
        cast = Cast.make(session)
    began = time.perf_counter()
    contacts = fill(database, cast, customers)
    print(f"{database.dialect}, {customers:,} customers, {contacts:,} contacts, filled in {time.perf_counter() - began:.0f} s")
    print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}\n", flush=True)
    print(HEAD.format(*COLUMNS))
    client = PageClient(create_app(settings_of(url, place), database), cast).as_operator("owner")
    logs.configure("plain", level=logging.WARNING)

    first = compose(database, cast, "First")
    page(client, first, "page while it is counted")
    steps(database, "counted", lambda: broadcast_job.run(database))
    page(client, first, "page, counted")
    schedule(database, cast, first)
    steps(database, "messages written", lambda: writes(database, first))
    page(client, first, "page, all written")
    page(client, None, "list of broadcasts")
    with database.reading() as session:
        written = session.scalar(select(func.count()).where(EmailMessage.broadcast_id == first))
    claims(database, min(40, written // outbox.BATCH))
    became(database, first)
    page(client, first, "page, all gone out")
    leave(database, first, contacts // 50)
    page(client, first, "page, one in fifty left since")

    second = compose(database, cast, "Second")
    while broadcast_job.run(database):
        pass
    schedule(database, cast, second)
    halves = customers // BATCH // 2
    steps(database, "second, half written", lambda left=iter(range(halves)): next(left, None) is not None and writes(database, second))
    step(database, "stopped", lambda: act(database, second, lambda session, found: broadcasts.stop(session, found, by=cast.operator())))
    with database.reading() as session:
        waits = session.scalar(select(func.count()).where(EmailMessage.broadcast_id == second, EmailMessage.state == "queued"))
    print(f"{'':<30}{waits:,} messages wait")
    steps(database, "held back", lambda: broadcast_job.run(database))
    page(client, second, "page, stopped")
    with database.reading() as session:
        states = broadcasts.result(session, session.get_one(Broadcast, second)).states
    print(f"\nFirst: {written:,} written. Second: {states}")


def fill(database: Timed, cast: Cast, customers: int) -> int:
    """Add the customers with their contacts, and choices and receipts of nine in ten; give how many contacts there are."""
    many = 0
    for start in range(0, customers, PIECE):
        rows, documents = defaultdict(list), []
        for number in range(start, min(start + PIECE, customers)):
            line = {
                "customer_name": f"Customer {number * 7919 % customers:06}",
                "external_id": f"B-{number:06}",
                "email": f"one{number}@domain{number % 400}.example",
                "phone": f"+4915{number:08}",
                "address_line1": "Main Street 1",
                "address_line2": "",
                "city": f"City {number % 90}",
                "state": "",
                "zip_code": f"{number % 99999:05}",
                "country": "USA" if number % 10 == 0 else "DEU",
                "tax_id_number": "",
                "tax_id_type": "",
                "wallet_currency": "EUR",
                "wallet_balance": "0.00",
            }
            others = [{"name": f"Second {number}", "email": f"two{number}@domain{number % 400}.example"}] if number % 4 == 0 else []
            documents.append(load.one(line, others, cast.entity.id, rows))
        people = [contact["id"] for contact in rows[load.Contact]]
        with database.writing() as session:
            load.write(session, rows, documents)
            choose(session, [key for place, key in enumerate(people) if place % 10], wanted=True)
        many += len(people)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return many


def choose(session, people: list[UUID], *, wanted: bool) -> None:
    """Write that people switched the topic on, or off."""
    now, receipts = clock.now(), []
    for contact_id in people:
        kept = {"id": ids.new_id(), "contact_id": contact_id, "topic": TOPIC, "before": not wanted, "wanted": wanted, "how": "form"}
        receipts.append(kept | {"wording": "", "actor_kind": "customer", "actor_name": "", "chosen_at": now})
    session.execute(insert(PreferenceReceipt.__table__), receipts)
    if wanted:
        rows = [{name: one[name] for name in ("contact_id", "topic", "wanted")} | {"receipt_id": one["id"]} for one in receipts]
        session.execute(insert(Preference.__table__), rows)


def compose(database: Timed, cast: Cast, name: str) -> UUID:
    """Save a view and a draft for it."""
    with database.writing() as session:
        by = cast.operator()
        view = saved_views.save(session, f"Germany, {name.lower()}", "country=DE", by=by)
        draft = Draft(name=name, view=str(view.id), topic=TOPIC, business_entity_id=None, words=WORDS)
        began = time.perf_counter()
        made = broadcasts.create(session, draft, by=by).id
    told("composed", time.perf_counter() - began)
    return made


def schedule(database: Timed, cast: Cast, broadcast_id: UUID) -> None:
    """Let it go out now."""

    def work(session, found: Broadcast) -> None:
        print(f"{'':<30}{found.counts}")
        broadcasts.schedule(session, found, None, number=found.counts["will"], version=found.version, by=cast.operator())

    step(database, "scheduled", lambda: act(database, broadcast_id, work))


def act(database: Timed, broadcast_id: UUID, work: Callable) -> None:
    with database.writing() as session:
        work(session, session.get_one(Broadcast, broadcast_id))


def writes(database: Timed, broadcast_id: UUID) -> bool:
    return database.act(lambda session: broadcasts.work_on(session, broadcast_id, by=broadcast_job.BY))


def claims(database: Timed, number: int) -> None:
    """Claim what is queued as the worker does, so many times; nothing is handed over."""
    left = iter(range(number))
    limits = {"secret_key": b"k" * 32, "public_url": "https://portal.example", "per_domain": 10**6}
    steps(
        database,
        f"claims of {outbox.BATCH}",
        lambda: next(left, None) is not None and bool(database.act(lambda session: outbox.claim_batch(session, **limits))),
    )


def became(database: Timed, broadcast_id: UUID) -> None:
    """Let all of it have gone out, and most of it have arrived."""
    with database.writing() as session:
        of_it = update(EmailMessage).where(EmailMessage.broadcast_id == broadcast_id).execution_options(synchronize_session=False)
        session.execute(of_it.values(state="delivered", sent_at=clock.now(), claimed_until=None, claim_id=None, subject="News"))
        session.execute(of_it.where(EmailMessage.to_key.like("one%7@%")).values(state="bounced"))


def leave(database: Timed, broadcast_id: UUID, number: int) -> None:
    """Let so many readers switch the topic off."""
    with database.writing() as session:
        readers = select(EmailMessage.contact_id).where(EmailMessage.broadcast_id == broadcast_id).limit(number)
        choose(session, list(session.scalars(readers)), wanted=False)


def page(client: PageClient, broadcast_id: UUID | None, what: str) -> None:
    """Time a page, the median of five."""
    address = "/console/broadcasts" + (f"/{broadcast_id}" if broadcast_id else "")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert client.http.get(address).status_code == 200
        took.append(time.perf_counter() - began)
    told(what, statistics.median(took))


def step(database: Timed, what: str, work: Callable[[], object]) -> None:
    """Time one act."""
    began = time.perf_counter()
    work()
    told(what, time.perf_counter() - began)


def steps(database: Timed, what: str, work: Callable[[], bool]) -> None:
    """Do steps until there is nothing left; print how many, how long, and what they held and kept."""
    took: list[float] = []
    grown, before = 0.0, 0.0
    database.held.clear()
    while True:
        began = time.perf_counter()
        more = work()
        if not more:
            break
        took.append(time.perf_counter() - began)
        before = before or (memory() if len(took) == 2 else 0.0)
        grown = memory() - before if before else 0.0
    milliseconds = [one * 1000 for one in took] or [0.0]
    held, worked = (max(some, default=0.0) * 1000 for some in (zip(*database.held, strict=True) if database.held else ((), ())))
    print(LINE.format(what, len(took), sum(took), statistics.median(milliseconds), max(milliseconds), held, worked, grown), flush=True)


def told(what: str, seconds: float) -> None:
    print(f"{what:<46}{seconds * 1000:>8.1f} ms", flush=True)


def memory() -> float:
    """Give the megabytes of memory that the process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
