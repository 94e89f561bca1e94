"""Ticks and switches."""

from wtforms import BooleanField


class TickField(BooleanField):
    """Yes or no. `locked` keeps it as it is and says why; what is sent for it is not looked at."""

    kind = "checkbox"

    def __init__(self, label: str = "", *, hint: str = "", locked: str = "", **options):
        super().__init__(label, description=locked or hint, **options)
        self.locked = locked
        if locked:
            self.render_kw = {"disabled": True}

    def process_formdata(self, valuelist: list[str]) -> None:
        if not self.locked:
            super().process_formdata(valuelist)


class SwitchField(TickField):
    """A tick drawn as a switch: what it says happens by itself from then on."""

    kind = "switch"
