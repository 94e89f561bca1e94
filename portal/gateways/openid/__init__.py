"""OpenID Connect as a client (Authlib): discovery, the code flow with PKCE, the checks of what comes back."""

from portal.gateways.openid.asking import OpenID

__all__ = ["OpenID"]
