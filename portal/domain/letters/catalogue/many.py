"""The letter that goes to many: its words, and its topic, are those of each broadcast."""

from portal.domain.letters.catalogue.letter import CUSTOMER, Letter, person

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
            "customer_name": "Grünwald & Jørgensen Payments GmbH & Co. KG",
            "contact_name": "Marta",
            "why": "You get this as contact of Grünwald & Jørgensen Payments GmbH & Co. KG, because product news is on.",
        },
    ),
)
