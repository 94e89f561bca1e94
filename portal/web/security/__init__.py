"""What a person signs in with: password, authenticator app, passkeys, recovery codes. One room, with a door on either side."""

from portal.web.security import authenticator, passkeys, password, recovery, required
from portal.web.security.blueprint import bp
from portal.web.security.showing import owned

__all__ = ["authenticator", "bp", "owned", "passkeys", "password", "recovery", "required"]
