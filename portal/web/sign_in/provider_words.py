"""What is said when a sign-in at a provider goes no further: what is, why, and the way on."""

from typing import NamedTuple


class Words(NamedTuple):
    """A title and a sentence."""

    title: str
    text: str


FAULTS = {
    "denied": Words("You were not signed in there", "{name} sent you back without signing you in: it was cancelled, or it refused."),
    "mismatch": Words(
        "That answer belongs to another question",
        "What came back from {name} is not the answer to what this browser asked, so nothing was done with it. It was used already, "
        "took longer than ten minutes, or began in another browser.",
    ),
    "refused": Words(
        "{name} did not confirm it",
        "{name} refused to confirm who you are. Its code works once and for a short time; or its settings do not fit.",
    ),
    "token": Words("What {name} said does not hold", "{name} answered in a way that cannot be trusted, so nobody was signed in."),
    "settings": Words(
        "{name} is not set up to fit", "What {name} publishes about itself does not fit. Whoever looks after it has to put that right."
    ),
    "unreachable": Words("{name} does not answer", "{name} did not answer just now. A link by email works meanwhile."),
    "not admitted": Words("Nobody was signed in", "{why}"),
}
