"""What forms have in common that are sent from pages of ours."""

from flask_wtf import FlaskForm


class PostedForm(FlaskForm):
    """A form that signs no token of its own: `ui.form` draws the browser's, and `csrf.protect` looks at it before any view is called."""

    class Meta(FlaskForm.Meta):
        csrf = False
