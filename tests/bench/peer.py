"""Portal as a target of the peers' benchmark: its adapter, named by its path in that benchmark's `--targets`.

The prepared database of the peers has another schema, so `prepare` loads the same customers into ours and signs an
operator in. The list, its last page, the search, and a customer's page are measured here: its overview, where the
peers show the contacts and entries too, so the ratio of `detail` flatters us. The benchmark looks for three addresses on the
first page it fetches, which the overview has not: the contacts come first, once.

`adjust1` and `adjust8` add to 199 wallets and deduct from them in turn, as the peers do. The benchmark sends all requests of an
operation to one address and a wallet of ours has its own, so it is put in when they are sent: see `spread`. Each request has
its own key, so that none is a replay: as many as KEYS in a run, and `--rounds 1`.
"""

import sys
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
VENV, CWD, APP, BASE = str(ROOT / ".venv"), str(ROOT), "portal.cli.serve:application()", "base"
FIRST_BYTE = "/healthz"
OPS = {
    "list": "/console/customers/",
    "search": "/console/customers/?q={q}",
    "deep": "/console/customers/?page=last",
    "detail": "/console/customers/{id}",
}
IMPORTS: dict[str, list[str]] = {}
KEYS = 20_000


def env(ctx) -> dict[str, str]:
    """The settings of the server under test."""
    return {
        "PORTAL_DATABASE_URL": url(ctx),
        "PORTAL_SECRET_KEY": "for-benchmarks-only-0123456789-abcdefghij",
        "PORTAL_PUBLIC_URL": "http://127.0.0.1",
        "PORTAL_ENVIRONMENT": "test",
        "PYTHONDONTWRITEBYTECODE": "",  # the peers are installed, and so have theirs
    }


def prepare(ctx) -> None:
    """Load data/c<size>.csv with its contacts, and keep the token of a signed-in operator."""
    if ctx.backend != "sqlite":
        ctx.python("-c", EMPTY, url(ctx))
    files = [str(Path(ctx.a.data) / f"{kind}{ctx.size}.csv") for kind in "ck"]
    *known, ctx.m.token = ctx.python("tests/bench/load.py", url(ctx), *files).split()
    ctx.m.accounts = [word for word in known if word.startswith("/")]
    ctx.m.detailed = [word for word in known if word not in ctx.m.accounts]
    ctx.wrk = partial(spread, ctx.wrk)
    if ctx.backend == "sqlite":
        ctx.dbfile = url(ctx).removeprefix("sqlite:///")  # where the benchmark counts the entries


def paths(target, op: str) -> list[str]:
    """Give the addresses of an operation; the search terms are the peers' own, from the benchmark that runs this."""
    if op == "detail":
        return [f"/console/customers/{detailed[0]}/contacts", *(f"/console/customers/{key}" for key in detailed)]
    if op == "search":
        return [OPS[op].format(q=quote(term)) for term in sys.modules["__main__"].TERMS]
    return [OPS[op]]


def login(http) -> None:
    """Take the cookie of the session that `prepare` started."""
    http.cookies["portal_console"] = token


def adjust(http) -> tuple[str, list[str], int]:
    """Give where an adjustment is sent, what is sent each time, and the status of the answer."""
    page = http.get(f"{accounts[0]}/entries/new").decode()
    csrf = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    ways = (("add", "top_up"), ("deduct", "service_delivered"))
    bodies = []
    for number in range(KEYS):
        direction, reason = ways[number % 2]
        said = {"csrf_token": csrf, "key": uuid4(), "direction": direction, "reason": reason, "amount": 1 + number % 199}
        bodies.append(urlencode(said | {"note": "adjust", "priority": 50}))
    return f"{accounts[0]}/entries", bodies, 303


def spread(send: Callable, requests: list, method: str, *how) -> dict:
    """Send requests as the benchmark does, those that adjust to the wallets in turn."""
    if method == "POST":
        requests = [(f"{account}/entries", body) for account, (_, body) in zip(cycle(accounts), requests, strict=False)]
    return send(requests, method, *how)


token = ""
detailed: list[str] = []
accounts: list[str] = []

EMPTY = """
import sys
from sqlalchemy import create_engine, text
with create_engine(sys.argv[1]).begin() as connection:
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))
"""


def url(ctx) -> str:
    """Name the database: on SQLite one of our own beside the peers' copy, on PostgreSQL the copy, emptied."""
    if ctx.backend == "sqlite":
        return ctx.url.removesuffix(".db") + "-portal.db"
    return ctx.url.replace("postgresql://", "postgresql+psycopg://")
