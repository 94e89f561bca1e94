"""The people who can sign in: found, invited, given roles, changed, let go."""

from portal.domain.users.finding import Place, by_email, find, membership_of, places
from portal.domain.users.inviting import INVITE_LIVES, AlreadyOperator, UnknownRole, accept_invite, invite_operator
from portal.domain.users.own import OWN, change_own, set_password
from portal.domain.users.roles import LastOwner, change_role, deactivate

__all__ = [
    "INVITE_LIVES",
    "OWN",
    "AlreadyOperator",
    "LastOwner",
    "Place",
    "UnknownRole",
    "accept_invite",
    "by_email",
    "change_own",
    "change_role",
    "deactivate",
    "find",
    "invite_operator",
    "membership_of",
    "places",
    "set_password",
]
