"""Mail, one message after another over one connection; `lanes` does the same side by side."""

from portal.db import Database
from portal.domain import outbox
from portal.gateways.smtp import Smtp
from portal.settings import Settings
from portal.worker.handing_over import HandingOver
from portal.worker.together import Together


def run(database: Database, settings: Settings, smtp: Smtp) -> bool:
    """Claim what is due and hand it over, one message after another; tell whether there was anything."""
    claimed = claim(database, settings, limit=outbox.BATCH, lease=outbox.LEASE)
    HandingOver(database, settings, Together(database)).all(claimed, smtp)
    return bool(claimed)


def claim(database: Database, settings: Settings, **limits) -> list[outbox.Prepared]:
    """Claim messages whose time has come; see `outbox.claim_batch` for the limits. Where there are none, nothing is written."""
    with database.reading() as session:
        if not outbox.due(session, limit=1):
            return []
    secret_key, public_url = settings.secret_key.encode(), settings.public_url
    return database.act(lambda session: outbox.claim_batch(session, secret_key=secret_key, public_url=public_url, **limits))
