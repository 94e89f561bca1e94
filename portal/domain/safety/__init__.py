"""What protects a person's sign-in has changed: written into the record, at each customer of theirs, and mailed to them."""

from portal.domain.safety.devices import note_device
from portal.domain.safety.owners import tell_owners
from portal.domain.safety.recording import customers_of, record
from portal.domain.safety.telling import note, tell

__all__ = ["customers_of", "note", "note_device", "record", "tell", "tell_owners"]
