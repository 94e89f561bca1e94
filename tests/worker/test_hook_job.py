"""Secrets of reporting doors whose time is over are destroyed by the worker, which looks for them by itself."""

from datetime import timedelta

from portal.domain import delivery
from portal.model import Setting
from portal.values import clock
from portal.values.sealed import Vault
from portal.worker import hook_job
from portal.worker.loop import Worker


def test_the_worker_destroys_what_ran_out_and_nothing_before(database, settings, cast):
    vault = Vault(settings.secret_key)
    with database.writing() as session:
        _, present = (delivery.set_hook(session, "portal", vault=vault, by=cast.operator()) for _ in range(2))
    worker = Worker(settings, database)
    assert hook_job.run(database) is False
    with clock.frozen(clock.now() + delivery.OVERLAP + timedelta(minutes=1)):
        worker.jobs["hooks"]()
        assert hook_job.run(database) is False
    worker.lanes.close()
    with database.reading() as session:
        assert "former" not in session.get_one(Setting, "mail_hook_portal").value
        assert delivery.secrets_of(session, "portal", vault=vault) == [present]
