"""What several letters call alike: where somebody was, and why credit moved."""

from portal.domain.actors import Actor
from portal.domain.ledger import REASONS
from portal.domain.letters.phrases import Phrase, say, together


def from_where(by: Actor) -> Phrase:
    """Say from which browser and network somebody acts, as in "Firefox on Windows, 203.0.113.24"."""
    browser, _, system = by.device.partition(" on ")
    # Translators: sign_in, new_device and others, {asked_from} and {from_where}: as in “Firefox on Windows”
    device = say("{browser} on {system}", browser=browser, system=system) if system else by.device
    # Translators: sign_in, new_device and others, {asked_from} and {from_where}
    return together(device, by.ip) if by.device or by.ip else say("an unknown place")


def reason_words(key: str) -> Phrase:
    """Say why credit moved, in the customer's words, by the key of its reason."""
    # Translators: wallet letters, why credit moved, where the reason is not known
    return say(REASONS[key].customer_label) if key in REASONS else say("Credit")
