"""A contact: who it is, how to reach it, what it may do in the portal."""

from datetime import datetime

from flask_wtf import FlaskForm
from wtforms import HiddenField

from portal.domain.errors import Refusal
from portal.domain.permissions import ROLE_NAMES
from portal.model import Contact
from portal.model.contact import PORTAL_ROLES
from portal.web.filters import told
from portal.web.forms.fields import EmailField, LineField, LocaleField, PhoneField, PickField, TimeZoneField

POWERS = {
    "none": "No access: is sent mail, cannot sign in",
    "viewer": "Viewer: sees everything, changes nothing",
    "billing_manager": "Billing manager: sees everything, changes all but who has access",
    "owner": "Owner: everything",
}

FIELDS = ("first_name", "last_name", "email", "phone", "job_title", "portal_role", "locale", "time_zone")


class ContactForm(FlaskForm):
    """Add or change a contact. `seen` is when the contact was last changed as shown, so that nobody is overwritten blindly."""

    first_name = LineField("First name")
    last_name = LineField("Last name")
    email = EmailField("Email", required="The email address is missing: it is what a contact is for.")
    phone = PhoneField("Phone", hint="With the country in front, as in +49 30 901820", empty="")
    job_title = LineField("Job title")
    portal_role = PickField("In the portal", choices=[(role, POWERS[role]) for role in PORTAL_ROLES], default="none")
    locale = LocaleField(blank="As the customer's")
    time_zone = TimeZoneField(blank="As the customer's")
    seen = HiddenField()

    def offer_roles(self, *, gives: bool, current: str = "none") -> None:
        """Leave it at the role a contact has for those who cannot say who enters."""
        if not gives:
            self.portal_role.choices = [(role, words) for role, words in self.portal_role.choices if role == current]

    def put(self, refusal: Refusal) -> None:
        """Put a refusal on the field that it is about, else on the form."""
        if refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, told(refusal)]
        else:
            self.form_errors.append(told(refusal))

    def facts(self) -> dict[str, object]:
        """Give what was typed, as contacts.add and contacts.change take it."""
        return {name: self[name].data for name in FIELDS}

    @property
    def seen_at(self) -> datetime | None:
        """When the contact shown was last changed; None where the form does not say."""
        try:
            at = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return None
        return at if at.tzinfo else None

    def differences(self, contact: Contact) -> list[dict[str, str]]:
        """Set what somebody else saved against what was typed here, field by field, in words."""
        found = []
        for name in FIELDS:
            theirs, ours = getattr(contact, name), self[name].data
            if theirs != ours:
                in_words = ROLE_NAMES.__getitem__ if name == "portal_role" else self[name].write if hasattr(self[name], "write") else str
                shown = [in_words(value) if value else "" for value in (theirs, ours)]
                found.append({"name": self[name].label.text, "before": shown[0], "after": shown[1]})
        return found
