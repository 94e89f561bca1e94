"""A view of the customers: its name, and whether all operators have it in their margin."""

from flask_wtf import FlaskForm
from wtforms import HiddenField

from portal.web.forms.fields import NameField, TickField


class SavedViewForm(FlaskForm):
    """Save a view, or change its name and who sees it."""

    query = HiddenField()
    name = NameField("Name", maximum=60, required="The name is missing: it is what stands in the margin.", hint="As in Large ones in Japan")
    shared = TickField("For all operators", hint="It stands in everybody’s margin. Each sees the customers that they reach.")
