"""Shape of what is posted; what it means is decided by the services."""

from django import forms


class DraftForm(forms.Form):
    """A save of the composer. `author` is whose page it is: a draft is never saved under another person."""

    text = forms.CharField(required=False, strip=False, max_length=100_000)
    revision = forms.IntegerField(min_value=0, required=False)
    tab = forms.CharField(required=False, max_length=32)
    author = forms.IntegerField()

    def clean_text(self):
        # Browsers post CRLF; what is saved, counted and sent is what was typed.
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def clean_revision(self):
        return self.cleaned_data["revision"] or 0


class SendForm(forms.Form):
    """The confirmation: exactly this payload, by somebody who had seen the movements up to this one."""

    author = forms.IntegerField()
    payload_hash = forms.RegexField(r"^[0-9a-f]{64}$")
    seen_movement_code = forms.IntegerField(min_value=0)


class FindingForm(forms.Form):
    finding = forms.RegexField(r"^[a-z_]{1,12}:.{1,320}$")  # kind:value, as personal_data.Finding.token gives it


class ReceivedForm(forms.Form):
    movement_code = forms.IntegerField(min_value=1, label="Trâmite")


class SendAgainForm(forms.Form):
    reason = forms.CharField(
        label="Por que é certo que não chegou", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
