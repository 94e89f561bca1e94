"""The styleguide: every component in every state, on one page."""

from types import SimpleNamespace

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    validators,
)
from wtforms.fields import SelectChoice

bp = Blueprint("styleguide", __name__)

CUSTOM_DATA = """{
  "additional_info": {
    "preferred_communication": "phone",
    "timezone": "IST"
  },
  "segment": "ent"
  "users": ["user57.0@example.com"]
}"""


class TaxIdForm(Form):
    kind = SelectField("Kind", choices=[SelectChoice("eu_vat", "EU VAT"), SelectChoice("ch_vat", "Swiss VAT")])
    number = StringField("Number")


class SampleForm(Form):
    """A form with a field of every kind, some of them in need of mending."""

    name = StringField("Name", [validators.InputRequired()])
    external_id = StringField("Customer ID", description="The key in your own system. Imports match rows by it.")
    email = EmailField("Email")
    phone = TelField("Phone")
    billed_by = StringField("Billed by", description="Fixed since the first entry.")
    amount = StringField("Amount")
    rows = IntegerField("Rows")
    reason = SelectField(
        "Reason", choices=[SelectChoice("goodwill", "Goodwill"), SelectChoice("promotion", "Promotion"), SelectChoice("refund", "Refund")]
    )
    note = TextAreaField("Text for the customer")
    password = PasswordField("Password")
    until = DateField("Ends on")
    code = StringField("Type the code")
    same = BooleanField("Shipping address is the same")
    charge = BooleanField("Charge invoices by itself", description="Needs a payment gateway. None is set up.")
    mode = RadioField("How", choices=[SelectChoice("all", "All or nothing"), SelectChoice("valid", "Valid rows only")])
    topics = SelectMultipleField("What we send", choices=[SelectChoice("invoices", "Invoices"), SelectChoice("receipts", "Receipts")])
    tax_ids = FieldList(FormField(TaxIdForm, label="Tax ID"), label="Tax ID")
    custom_data = TextAreaField("Custom data", description="A JSON object, up to 16 kB and 8 levels deep.")
    file = FileField("File", description="CSV in UTF-8, up to 20 MB.")


def sample_form() -> SampleForm:
    """Fill the form as if it had been sent with three faults in it."""
    form = SampleForm(
        MultiDict(
            {
                "name": "Ember Foods AB",
                "external_id": "CUST-00000057",
                "email": "topaz.insurance21@",
                "phone": "+49 1517 9949988",
                "billed_by": "Northwind Billing GmbH",
                "amount": "25.00",
                "rows": "10000",
                "reason": "goodwill",
                "note": "Sorry that your November invoice came late.",
                "until": "2026-12-31",
                "code": "481",
                "same": "y",
                "mode": "all",
                "topics": "invoices",
                "tax_ids-0-kind": "eu_vat",
                "tax_ids-0-number": "DE159062458",
                "custom_data": CUSTOM_DATA,
            }
        )
    )
    form.email.errors = ["The part after @ is missing."]
    form.tax_ids[0].form.number.errors = ["The check digit does not fit: DE159062459 would. Is the last digit mistyped?"]
    form.custom_data.errors = ['Line 7, column 3: a comma is missing after "ent".']
    return form


@bp.get("/styleguide")
def show():
    """Show every component in every state; ?theme, ?density and ?direction choose how."""
    asked = {
        "theme": ("light", "dark"),
        "density": ("close",),
        "direction": ("ltr", "rtl"),
    }
    chosen = {name: request.args.get(name, "") for name in asked}
    chosen = {name: value if value in asked[name] else "" for name, value in chosen.items()}
    first = SimpleNamespace(words="First 15 of 9,412", previous_url=None, next_url="#pager", last_url="#pager")
    return render_template("styleguide.html", form=sample_form(), first=first, **chosen)


show.permission = "public"
