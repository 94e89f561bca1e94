"""The people at the customer, as its own people see and keep them."""

from portal.web.account.contacts import joining, keeping, leaving, starting
from portal.web.account.contacts.blueprint import bp
from portal.web.account.contacts.keeping import contact_page

__all__ = ["bp", "contact_page", "joining", "keeping", "leaving", "starting"]
