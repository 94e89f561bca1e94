"""Portal as a target of the peers' benchmark: its adapter, named by its path in that benchmark's `--targets`.

The prepared database of the peers has another schema, so `prepare` loads the same customers into ours and signs an
operator in. The list, its last page and the search are measured here.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV, CWD, APP, BASE = str(ROOT / ".venv"), str(ROOT), "portal.app:create_app()", "base"
FIRST_BYTE = "/healthz"
OPS = {
    "list": "/console/customers/",
    "search": "/console/customers/?q={q}",
    "deep": "/console/customers/?page=last",
}
IMPORTS: dict[str, list[str]] = {}


def env(ctx) -> dict[str, str]:
    """The settings of the server under test."""
    return {
        "PORTAL_DATABASE_URL": url(ctx),
        "PORTAL_SECRET_KEY": "for-benchmarks-only-0123456789-abcdefghij",
        "PORTAL_PUBLIC_URL": "http://127.0.0.1",
        "PORTAL_ENVIRONMENT": "test",
    }


def prepare(ctx) -> None:
    """Load data/c<size>.csv with its contacts, and keep the token of a signed-in operator."""
    if ctx.backend != "sqlite":
        ctx.python("-c", EMPTY, url(ctx))
    files = [str(Path(ctx.a.data) / f"{kind}{ctx.size}.csv") for kind in "ck"]
    ctx.m.token = ctx.python("tests/bench/load.py", url(ctx), *files).split()[-1]


def login(http) -> None:
    """Take the cookie of the session that `prepare` started."""
    http.cookies["portal_console"] = token


token = ""

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
