"""A topic of the marketing class: how it is called, and what a reader may expect."""

from flask_wtf import FlaskForm

from portal.domain.topics import LABEL_LENGTH
from portal.web.forms.fields import LineField


class TopicForm(FlaskForm):
    """Add a topic, or change its words."""

    label = LineField(
        "Name", maximum=LABEL_LENGTH, required="The name is missing: it is what a reader chooses by.", hint="As in Events near you"
    )
    hint = LineField("What it brings", maximum=160, hint="A few words under the name, as in Four times a year")
