"""A customer's contacts: who they are, what each is sent, who became one with whom, and who is gone."""

from portal.web.console.contacts import joining, keeping, leaving, starting
from portal.web.console.contacts.blueprint import bp
from portal.web.console.contacts.keeping import contact_page, contacts_page

__all__ = ["bp", "contact_page", "contacts_page", "joining", "keeping", "leaving", "starting"]
