"""Second factors: codes of an app, passkeys, recovery codes; who has which, and who must have one."""

from portal.domain.factors.authenticator import accepts, new_secret, opened, provisioning_uri, remove_totp, set_up
from portal.domain.factors.challenges import Challenge
from portal.domain.factors.held import Held, Removed, held, owed
from portal.domain.factors.passkeys import (
    PasskeyRefused,
    Site,
    add_passkey,
    authentication_options,
    find_passkey,
    passkeys_of,
    registration_options,
    remove_passkey,
    shown,
)
from portal.domain.factors.policy import (
    StillRequired,
    ask_of_roles,
    operators_without,
    required_of,
    roles_asked,
    roles_known,
)
from portal.domain.factors.recovery import left, make_codes, use_recovery_code

__all__ = [
    "Challenge",
    "Held",
    "PasskeyRefused",
    "Removed",
    "Site",
    "StillRequired",
    "accepts",
    "add_passkey",
    "ask_of_roles",
    "authentication_options",
    "find_passkey",
    "held",
    "left",
    "make_codes",
    "new_secret",
    "opened",
    "operators_without",
    "owed",
    "passkeys_of",
    "provisioning_uri",
    "registration_options",
    "remove_passkey",
    "remove_totp",
    "required_of",
    "roles_asked",
    "roles_known",
    "set_up",
    "shown",
    "use_recovery_code",
]
