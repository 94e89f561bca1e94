"""The form that sets an OpenID provider up."""

from flask import current_app
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField
from wtforms.widgets import PasswordInput, TextArea

from portal.domain.errors import Refusal
from portal.model import IdentityProvider
from portal.values.domains import parse_domains
from portal.values.errors import BadValue
from portal.values.openid import parse_issuer
from portal.web.forms.fields import NameField, ParsedField, TickField

LONGEST_SECRET = 2_000


class IssuerField(ParsedField):
    """An issuer's address; on this very computer only where the installation is for trying out."""

    kind = "url"

    def parse(self, text: str, form: Form) -> str:
        return parse_issuer(text, lenient=not current_app.extensions["settings"].production)


class SecretField(ParsedField):
    """A secret: never written back into a page."""

    widget = PasswordInput(hide_value=True)
    nothing = ""

    def parse(self, text: str, form: Form) -> str:
        secret = text.strip()
        if len(secret) > LONGEST_SECRET:
            raise BadValue(f"A client secret has at most {LONGEST_SECRET:,} characters.")
        return secret

    def write(self, value: str | None) -> str:
        return ""


class DomainsField(ParsedField):
    """Domains, one a line."""

    widget = TextArea()
    kind = "textarea"
    nothing = ()

    def parse(self, text: str, form: Form) -> list[str]:
        return parse_domains(text)

    def write(self, value: list[str] | None) -> str:
        return "\n".join(value or ())


class ProviderForm(FlaskForm):
    """Set up or change a provider; call `set_up` before it is shown or read."""

    name = NameField("Name", required="The name is missing.", hint="As people read it on the button: the company’s, or the product’s.")
    issuer = IssuerField(
        "Issuer",
        required="The issuer is missing.",
        hint="The address that the provider names as its issuer, as in https://login.example.com.",
    )
    client_id = NameField("Client ID", required="The client ID is missing.", hint="What the provider calls Portal.")
    client_secret = SecretField("Client secret", hint="Kept sealed, and never shown again. Leave it out for a public client.")
    no_secret = TickField("There is no secret any more")
    domains = DomainsField("Domains it speaks for")
    new_id = HiddenField()

    def set_up(self, provider: IdentityProvider | None) -> None:
        """Make the form fit a provider that is there, or a new one."""
        if provider is None:
            del self.no_secret
            return
        del self.new_id
        if provider.client_secret:
            self.client_secret.description = "One is kept, sealed. Write another to replace it; left empty, it stays."
        else:
            del self.no_secret

    def facts(self) -> dict:
        """Give what was read as `providers.add` and `providers.change` take it."""
        secret: str | None = self.client_secret.data
        if "new_id" not in self and not secret:
            secret = "" if "no_secret" in self and self.no_secret.data else None
        facts = {"name": self.name.data, "issuer": self.issuer.data, "client_id": self.client_id.data}
        return facts | {"client_secret": secret, "domains": list(self.domains.data or ())}

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal on the field that it is about."""
        field = self._fields.get(refusal.field, self.name)
        field.errors = [*field.errors, str(refusal)]


def values_of(provider: IdentityProvider) -> dict:
    """Give the form's data for a provider that is there."""
    return {
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "domains": [one.domain for one in provider.domains],
    }
