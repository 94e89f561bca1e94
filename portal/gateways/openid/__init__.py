"""OpenID Connect as a client (Authlib): discovery, the code flow with PKCE, the checks of what comes back."""

from functools import cached_property
from typing import TYPE_CHECKING

from portal.values.openid import Client, Flow, Shown

if TYPE_CHECKING:
    from portal.gateways.openid.asking import Asking


class OpenID:
    """A client of any number of providers. `lenient` lets this very computer be one, for trying out and tests."""

    def __init__(self, *, lenient: bool = False):
        self._lenient = lenient

    def check(self, issuer: str) -> str:
        """Ask a provider anew for what it publishes and its keys; give the host that people will sign in at.

        :raises Fault: with what is wrong, in words for whoever sets it up.
        """
        return self._asking.check(issuer)

    def address(self, client: Client, flow: Flow, *, hint: str = "") -> str:
        """Give the address at the provider that begins a sign-in (code flow, PKCE with S256, state, nonce).

        :raises Fault: unreachable or settings.
        """
        return self._asking.address(client, flow, hint=hint)

    def shown(self, client: Client, flow: Flow, answer: list[tuple[str, str]]) -> Shown:
        """Give who came back: `answer` are the parameters that the browser brought, as they came.

        The state in it was matched with the browser's by the caller, who knows which flow is whose.

        :raises Fault: when any of it does not hold.
        """
        return self._asking.shown(client, flow, answer)

    @cached_property
    def _asking(self) -> "Asking":
        from portal.gateways.openid.asking import Asking  # with Authlib and cryptography it takes 9 MB, where nobody may come this way

        return Asking(lenient=self._lenient)
