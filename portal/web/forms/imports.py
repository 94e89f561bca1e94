"""The form that takes the files of an import."""

from collections.abc import Sequence
from pathlib import PurePath

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms.validators import StopValidation

from portal.domain.attributes import Column
from portal.domain.imports import Unreadable
from portal.domain.imports.jobs import Upload

ACCEPT = ".csv,.tsv,.txt,text/csv"
_ENDINGS = {".csv", ".tsv", ".txt", ""}


class CsvField(FileField):
    """A CSV file; looked through from end to end before anything of it is kept. `upload` is set when it is one."""

    upload: Upload | None = None

    def __init__(self, label: str, *, file_kind: str, **options):
        super().__init__(label, **options)
        self.file_kind = file_kind

    def pre_validate(self, form) -> None:
        if not self.data:
            return
        name = PurePath(self.data.filename.replace("\\", "/")).name
        try:
            self.upload = Upload(self.file_kind, name, self.data.stream, form.attributes)
        except Unreadable as unreadable:
            raise StopValidation(str(unreadable)) from None
        if PurePath(name).suffix.lower() not in _ENDINGS:
            raise StopValidation(f"{name} is not named as a CSV file. Give it the ending .csv.")


class ImportForm(FlaskForm):
    """Customers, contacts, or both; `attributes` are the custom attributes of customers."""

    attributes: Sequence[Column] = ()

    customers = CsvField("Customers", file_kind="customers")
    contacts = CsvField("Contacts", file_kind="contacts")

    def validate_customers(self, field: CsvField) -> None:
        if not self.customers.data and not self.contacts.data:
            raise StopValidation("Choose a file: customers, contacts or both.")

    @property
    def uploads(self) -> list[Upload]:
        """The files that were given, customers first."""
        return [field.upload for field in (self.customers, self.contacts) if field.upload is not None]
