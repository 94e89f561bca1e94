"""Who acted, and from where, in words."""

from portal.domain.activity.events import Reader
from portal.model import AuditEvent

ORIGINS = {
    "console": "console",
    "portal": "portal",
    "link": "a link in an email",
    "sign_in": "sign-in page",
    "import": "import",
    "api": "API",
    "cli": "command line",
    "worker": "by itself",
}


def name(event: AuditEvent, reader: Reader) -> str:
    """Name the one who acted, for the reader."""
    if reader.user_id is not None and event.actor_user_id == reader.user_id:
        return "You"
    if reader.outside and event.actor_kind == "operator":
        return f"{reader.house} support"
    if event.actor_kind == "system":
        return reader.house or event.actor_name or ("An administrator" if event.origin == "cli" else "Portal")
    if event.actor_kind == "anonymous":
        return event.actor_name or "Somebody not signed in"
    acted = event.actor_name or {"operator": "An operator", "link": "The holder of a link"}.get(event.actor_kind, "Somebody")
    return f"{acted}, for {event.on_behalf_of}" if event.on_behalf_of and not event.action.startswith("view.") else acted


def place(event: AuditEvent, reader: Reader) -> dict[str, str]:
    """Give origin, device and ip of an event; a customer's people are not told those of operators."""
    if reader.outside and event.actor_kind not in {"customer", "link"}:
        return {"origin": "", "device": "", "ip": ""}
    return {"origin": ORIGINS.get(event.origin, event.origin.replace("_", " ")), "device": event.device, "ip": event.ip}
