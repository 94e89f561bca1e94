"""The letter that goes to many: its words, and its topic, are those of each broadcast."""

from portal.domain.letters.catalogue.letter import CUSTOMER, Letter, person
from portal.domain.letters.phrases import say

_NAME = "Grünwald & Jørgensen Payments GmbH & Co. KG"

LETTERS = (
    Letter(
        name="broadcast",
        title="Broadcast",
        topic="news",
        when="An operator writes to many; a new broadcast begins with these words",
        reader="Contacts of the chosen customers who get its topic",
        links=("preferences", "unsubscribe"),
        variables=(CUSTOMER, person()),
        sample={
            "customer_name": _NAME,
            "contact_name": "Marta",
            "why": say("You get this as contact of {customer}, because {topic} is on.", customer=_NAME, topic=say("product news")),
        },
    ),
)
