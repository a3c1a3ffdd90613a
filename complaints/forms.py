"""Shape of what is posted; what it means is decided by the services."""

from django import forms

# A save is refused above this; the portal's own limit is far below it.
MOST_CHARACTERS = 20_000
MOST_REVISIONS = 2**31 - 1


class TypedText(forms.CharField):
    """What was typed: the CRLF that browsers post and characters no database keeps are not part of it."""

    def __init__(self, **options):
        super().__init__(required=False, strip=False, max_length=MOST_CHARACTERS, **options)

    def to_python(self, value):
        return super().to_python(value).replace("\x00", "").replace("\r\n", "\n")


class DraftForm(forms.Form):
    """A save of the composer. `author` is whose page it is: a draft is never saved under another person.

    `seen_movement_code`: the last movement when the composer was opened. `seen_until`: the one up to which the author
    was shown what is new, and goes on.
    """

    text = TypedText()
    revision = forms.IntegerField(min_value=0, max_value=MOST_REVISIONS, required=False)
    tab = forms.CharField(required=False, max_length=32)
    author = forms.IntegerField()
    seen_movement_code = forms.IntegerField(min_value=0, required=False)
    seen_until = forms.IntegerField(min_value=0, required=False)

    def clean_revision(self):
        return self.cleaned_data["revision"] or 0

    @property
    def seen(self) -> int:
        """What is not said was not seen."""
        return max(self._number("seen_movement_code"), self._number("seen_until"))

    @property
    def went_on(self) -> bool:
        return self._number("seen_until") > self._number("seen_movement_code")

    def _number(self, name: str) -> int:
        return self.cleaned_data.get(name) or 0


class SendForm(forms.Form):
    """The confirmation: exactly this payload, by somebody who had seen the movements up to this one."""

    author = forms.IntegerField()
    payload_hash = forms.RegexField(r"^[0-9a-f]{64}$")
    seen_movement_code = forms.IntegerField(min_value=0)


class FindingForm(forms.Form):
    finding = forms.RegexField(r"^[a-z_]{1,12}:.{1,320}$")  # kind:value, as personal_data.Finding.token gives it


class ReceivedForm(forms.Form):
    movement_code = forms.IntegerField(min_value=1, label="Trâmite")


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=500)
