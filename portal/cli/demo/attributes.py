"""What Northwind adds to its customers: four attributes, and what each of the demo's customers has of them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.domain import attributes
from portal.domain.actors import Actor
from portal.values import clock

DEFINED = (
    ("Segment", "choice", ("Small business", "Mid-market", "Enterprise")),
    ("Account manager", "text", ()),
    ("Seats", "whole", ()),
    ("Onboarded", "date", ()),
)

# By customer ID: segment, account manager, seats, and how many days ago they came.
_VALUES = {
    "NW-0057": ("Enterprise", "Chiara Petrović", 420, 816),
    "NW-0005": ("Enterprise", "Tomasz Adeyemi", 1150, 640),
    "NW-0009": ("Mid-market", "Tomasz Adeyemi", 85, 391),
    "NW-0003": ("Small business", "Chiara Petrović", 12, 1204),
    "NW-0004": ("Mid-market", "Chiara Petrović", 140, 733),
    "NW-0014": ("Small business", "", 9, 58),
    "NW-0020": ("Small business", "Tomasz Adeyemi", 24, 30),
}


def define(session: Session, *, by: Actor) -> None:
    """Define the attributes."""
    for label, kind, choices in DEFINED:
        attributes.define(session, {"label": label, "kind": kind, "choices": list(choices)}, by=by)


def of(external_id: str | None) -> dict[str, object]:
    """Give the values of one of the demo's customers, as `customers.add` takes them; a customer without an ID has none."""
    if external_id not in _VALUES:
        return {}
    segment, manager, seats, days = _VALUES[external_id]
    onboarded = (clock.now() - timedelta(days=days)).date().isoformat()
    return {"segment": segment, "account_manager": manager or None, "seats": seats, "onboarded": onboarded}
