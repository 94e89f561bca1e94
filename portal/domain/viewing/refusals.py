"""What is refused about visits, by name."""

from portal.domain.errors import NotAllowed


class VisitsOff(NotAllowed):
    """The customer has switched visits off."""

    sentence = "This customer has switched off visits by support. An owner of theirs can switch them on, on the Access page of the portal."


class ReadsOnly(NotAllowed):
    """A visit looks, and does nothing else."""

    title = "A visit changes nothing"
    sentence = "This is a visit: it shows what this person sees. End it to act as yourself, in the console."
