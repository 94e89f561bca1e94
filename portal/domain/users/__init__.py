"""The people who can sign in: found, invited, given roles, changed, let go."""

from portal.domain.users.finding import (
    COMPANIES,
    NOBODY,
    Place,
    by_email,
    companies,
    entities_of,
    find,
    membership_of,
    memberships_of,
    places,
)
from portal.domain.users.invites import HasJoined, invite_by_mail, send_again, withdraw
from portal.domain.users.inviting import INVITE_LIVES, AlreadyOperator, accept_invite, invite_operator
from portal.domain.users.limits import OwnersEverywhere, UnknownEntity
from portal.domain.users.operators import Operator, operator, operators
from portal.domain.users.own import OWN, change_own, remove_password, set_password
from portal.domain.users.roles import LastOwner, change_role, deactivate, reactivate

__all__ = [
    "COMPANIES",
    "INVITE_LIVES",
    "NOBODY",
    "OWN",
    "AlreadyOperator",
    "HasJoined",
    "LastOwner",
    "Operator",
    "OwnersEverywhere",
    "Place",
    "UnknownEntity",
    "accept_invite",
    "by_email",
    "change_own",
    "change_role",
    "companies",
    "deactivate",
    "entities_of",
    "find",
    "invite_by_mail",
    "invite_operator",
    "membership_of",
    "memberships_of",
    "operator",
    "operators",
    "places",
    "reactivate",
    "remove_password",
    "send_again",
    "set_password",
    "withdraw",
]
