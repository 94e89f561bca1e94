"""Sign-ins that are under way at a provider: kept in the browser's own signed cookie, each good once and for ten minutes."""

import time
from dataclasses import asdict, dataclass
from uuid import UUID

from flask import current_app, session, url_for

from portal.values.openid import Flow

KEY = "openid"
SECONDS = 600
MOST = 3
LONGEST_TARGET = 300


@dataclass(frozen=True, kw_only=True)
class Begun:
    """One of them: at which provider, for what, and where it leads on to; `tie_to` is who ties an account to themselves."""

    provider_id: UUID
    flow: Flow
    target: str = ""
    tie_to: UUID | None = None
    side: str = ""


def begin(provider_id: UUID, *, target: str = "", tie_to: UUID | None = None, side: str = "") -> Flow:
    """Keep a fresh flow in the browser; of more than three the oldest goes."""
    flow = Flow.begin()
    under_way = {
        "at": int(time.time()),
        "provider": provider_id.hex,
        "target": target if len(target) <= LONGEST_TARGET else "",
        "tie_to": tie_to.hex if tie_to else "",
        "side": side,
    }
    kept = [*_kept(), asdict(flow) | under_way]
    session[KEY] = kept[-MOST:]
    return flow


def take(state: str, provider_id: UUID) -> Begun | None:
    """Take the flow with this state out of the browser; None when this browser has none at this provider, or it is too old."""
    kept = _kept()
    found = next((one for one in kept if state and one["state"] == state and one["provider"] == provider_id.hex), None)
    if found is None:
        return None
    session[KEY] = [one for one in kept if one is not found]
    return Begun(
        provider_id=provider_id,
        flow=Flow(found["state"], found["nonce"], found["verifier"]),
        target=found["target"],
        tie_to=UUID(found["tie_to"]) if found["tie_to"] else None,
        side=found["side"],
    )


def callback_of(provider_id: UUID) -> str:
    """Give the address of ours that one provider sends people back to; no other provider has it."""
    return current_app.extensions["settings"].public_url + url_for("sign_in.come_back_from_provider", provider_id=provider_id)


def _kept() -> list[dict]:
    return [one for one in session.get(KEY, []) if one["at"] > time.time() - SECONDS]
