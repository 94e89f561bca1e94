"""People with second factors, for tests: an app, a passkey, recovery codes."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pyotp

from portal.domain import actors, factors
from portal.domain.factors import Site
from portal.model import User
from portal.values import clock
from tests.authenticator import Device, code_of


@dataclass
class Holder:
    """A person's id, and what they hold."""

    user_id: UUID
    secret: str = ""
    device: Device | None = None
    codes: list[str] = field(default_factory=list)

    def code(self, steps: int = 0) -> str:
        return code_of(self.secret, steps)


def holder(app, database, user_id: UUID, *, totp: bool = True, passkey: bool = False) -> Holder:
    """Give a person an app and ten codes, or a passkey too, set up ten minutes ago."""
    vault, site = app.extensions["vault"], Site.of("http://localhost")
    made, by = Holder(user_id), actors.system("cli")
    with clock.frozen(clock.now() - timedelta(minutes=10)), database.writing() as db:
        user = db.get_one(User, user_id)
        if totp:
            made.secret = pyotp.random_base32()
            assert factors.set_up(db, user, made.secret, code_of(made.secret), vault=vault, by=by)
        if passkey:
            made.device = Device()
            asked, token = factors.registration_options(db, user, site=site)
            factors.add_passkey(db, user, made.device.make(json.loads(asked)), token=token, name="Laptop", site=site, by=by)
        made.codes = factors.make_codes(db, user, vault=vault, by=by)
    return made


def wrong(code: str) -> str:
    """Give a code that is not this one, nor one of its neighbours with any likelihood."""
    return f"{(int(code) + 500_001) % 1_000_000:06d}"
