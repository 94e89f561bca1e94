"""The cell `receives`: topics by their words and names, the installation's own ones too, and by what other systems call them."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.columns import squeezed
from portal.domain.topics import BILLING, CHOICES, MARKETING, OWN, Topic
from portal.values.errors import BadValue
from portal.values.text import quoted

_BILLING = frozenset(key for key, topic in CHOICES.items() if topic.kind == BILLING)
_ALL, _NONE = "all", "none"
_ELSEWHERE = {
    "invoice": "invoices",
    "receipt": "receipts",
    "refunds": "receipts",
    "payments": "receipts",
    "paymentreceipts": "receipts",
    "reminder": "reminders",
    "paymentreminders": "reminders",
    "dunning": "reminders",
    "walletactivity": "wallet",
    "wallets": "wallet",
    "credits": "wallet",
    "statement": "statements",
    "contract": "contracts",
    "newsletter": "news",
    "marketing": "news",
}
"""What other systems' exports call the product's topics."""
_BETWEEN = re.compile(r"[;,|]")
_CACHED = 1_024


def topics_of(session: Session) -> tuple[Topic, ...]:
    """Give the topics that a cell is read by: all that a contact can switch, and those that are hidden."""
    return tuple(topic for topic in topics.all_topics(session).values() if not topic.essential)


class TopicWords:
    """Reads cells by the topics of one moment."""

    def __init__(self, known: Iterable[Topic] = CHOICES.values()):
        self._topics = {topic.key: topic for topic in known}
        self._by_word = {word: self._topics[key] for word, key in _ELSEWHERE.items() if key in self._topics}
        for own in (True, False):  # the product's own words go before all others
            for topic in self._topics.values():
                if topic.key.startswith(OWN) == own:
                    self._by_word |= {squeezed(word): topic for word in (topic.label, topic.key, topic.key.removeprefix(OWN))}
        self._read: dict[str, frozenset[str]] = {}

    def read(self, cell: str) -> frozenset[str]:
        """Give the words of the topics that a cell names; few cells differ.

        :raises BadValue: for a word that is no topic, and for a topic that is hidden.
        """
        if (found := self._read.get(cell)) is None:
            found = self._named(_BETWEEN.split(cell))
            if len(self._read) < _CACHED:
                self._read[cell] = found
        return found

    def _named(self, pieces: Sequence[str]) -> frozenset[str]:
        """Read the pieces of a cell; a name may have commas itself, so the longest one that fits is taken."""
        named: set[str] = set()
        place = 0
        while place < len(pieces):
            word = squeezed(pieces[place])
            end = next((end for end in range(len(pieces), place, -1) if "".join(map(squeezed, pieces[place:end])) in self._by_word), 0)
            if word in (_ALL, _NONE, ""):
                named |= _BILLING if word == _ALL else set()
                end = place + 1
            elif not end:
                raise BadValue(f"{quoted(pieces[place].strip())} is no topic. There are: {', '.join(self._offered())}.")
            else:
                topic = self._by_word["".join(map(squeezed, pieces[place:end]))]
                if topic.hidden:
                    raise BadValue(
                        f"{quoted(topic.label)} is hidden: nobody is asked about it, and nothing of it is sent."
                        " Show it again, or take it out of the cell."
                    )
                named.add(topic.key)
            place = end
        return frozenset(named)

    def _offered(self) -> list[str]:
        shown = [topic for topic in self._topics.values() if not topic.hidden]
        return [_ALL, _NONE, *(topic.label if topic.key.startswith(OWN) else topic.key for topic in shown)]


def chosen_by(receives: frozenset[str]) -> dict[str, bool]:
    """Give what a cell chooses that names these topics: each billing topic on or off, marketing only where it is named."""
    wanted = {key: key in receives for key in CHOICES if key in _BILLING or key in receives}
    return wanted | dict.fromkeys(sorted(receives - CHOICES.keys()), True)


def by_default(key: str, is_primary: bool) -> bool:
    """Tell whether a contact gets a topic who never chose; one that the installation made is marketing."""
    return key in CHOICES and CHOICES[key].default(is_primary)


def is_marketing(topic: str) -> bool:
    """Tell whether a topic is sent only to who asked for it: one of ours of that class, or one that the installation made."""
    return topic not in CHOICES or CHOICES[topic].kind == MARKETING
