"""A broadcast as an operator writes it, and when it goes out."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import HiddenField

from portal.domain.broadcasts import Draft, WordsUnfit
from portal.domain.errors import Refusal
from portal.domain.letters import Words
from portal.values import locales, wall_clock
from portal.values.errors import BadValue
from portal.values.text import quoted
from portal.web.filters import told
from portal.web.forms.fields import LineField, NameField, ParsedField, PickField
from portal.web.forms.letter import BodyField, SourceField


class VersionedForm(FlaskForm):
    """A form that says which version of the broadcast it was made from."""

    version = HiddenField()

    @property
    def made_from(self) -> int:
        """Give the number of the version; 0 where there is none."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def put(self, refusal: Refusal) -> None:
        """Put a refusal on the field that it is about, else on the form."""
        if refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, told(refusal)]
        else:
            self.form_errors.append(told(refusal))


class BroadcastForm(VersionedForm):
    """Name, view, topic, whose customers, and the words."""

    name = NameField(
        "Name",
        maximum=120,
        required="The name is missing: it stands in the list of broadcasts.",
        hint="For operators; readers do not see it.",
    )
    view = PickField("To", hint="The customers that a view shows. Save a view of the list of customers to choose it here.")
    topic = PickField("Topic", hint="It goes to those contacts only who get this topic.")
    entity = PickField("From", blank="Each customer’s own business entity", hint="With one chosen, only its customers are written to.")
    subject = SourceField("Subject")
    preheader = SourceField("Preheader", description="What mailboxes show behind the subject.")
    body = BodyField("Words")

    def offer(self, *, views: list[tuple[str, str]], topics: list[tuple[str, str]], entities: list[tuple[str, str]]) -> None:
        """Give what can be chosen; with one business entity there is nothing to choose."""
        self.view.choices, self.topic.choices = views, topics
        if len(entities) < 2:
            del self.entity
        else:
            self.entity.choices = entities

    @property
    def words(self) -> Words:
        """What was typed."""
        return Words(self.subject.data or "", self.preheader.data or "", self.body.data or "")

    @property
    def entity_id(self) -> UUID | None:
        return UUID(self.entity.data) if "entity" in self and self.entity.data else None

    def draft(self, *, zone: str) -> Draft:
        """Give what was read as the domain takes it; `zone` is the operator's."""
        return Draft(
            name=self.name.data,
            view=self.view.data,
            topic=self.topic.data,
            business_entity_id=self.entity_id,
            words=self.words,
            time_zone=zone,
        )

    def put(self, refusal: Refusal) -> None:
        """Put a refusal on its field; each fault of the words on its own, those of the body with their line."""
        if not isinstance(refusal, WordsUnfit):
            super().put(refusal)
            return
        for fault in refusal.faults:
            field = self[fault.field]
            sentence = f"Line {fault.line}: {fault.sentence}" if fault.field == "body" else fault.sentence
            field.errors = [*field.errors, sentence]


class TimeField(ParsedField):
    """A time of day, as in 9:30."""

    kind = "time"

    def parse(self, text: str, form) -> time:
        try:
            return time.fromisoformat(text.strip().zfill(5))
        except ValueError:
            raise BadValue(f"{quoted(text)} is no time of day: write hours and minutes, as in 09:30.") from None


class DateField(ParsedField):
    """A day, as in 2026-12-01."""

    kind = "date"

    def parse(self, text: str, form) -> date:
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            raise BadValue(f"{quoted(text)} is not a day: write year, month, day, as in 2026-12-31.") from None


class ScheduleForm(VersionedForm):
    """When it goes out: now, or at a day and time where the operator is; above a limit, with the number of readers."""

    when = PickField("When", choices=[("now", "Now"), ("at", "On a day")])
    day = DateField("Day")
    time = TimeField("Time")
    number = LineField("How many will get it", maximum=20, hint="Type the number, so that it is no slip.")

    def validate_day(self, field: DateField) -> None:
        if self.when.data == "at" and field.data is None:
            field.errors = [*field.errors, "Choose the day."]

    def moment(self, zone: str) -> datetime | None:
        """Give the moment that was chosen, None for now; a day without a time is its 9 o'clock.

        :raises BadValue: for an hour that clocks skip in this zone.
        """
        if self.when.data != "at":
            return None
        shown = datetime.combine(self.day.data, self.time.data or time(9))
        try:
            found = wall_clock.read(shown, locales.zone(zone))
        except (OverflowError, ValueError):
            raise BadValue("This day is out of the calendar.") from None
        if found.skipped:
            raise BadValue("Clocks are put forward over this hour. Choose another time.")
        return found.moments[0].astimezone(UTC)

    @property
    def typed(self) -> int | None:
        """The number of readers as it was typed, with or without marks between its digits."""
        digits = "".join(sign for sign in self.number.data or "" if sign not in " .,’'\u00a0\u202f")
        return int(digits) if digits.isascii() and digits.isdigit() else None
