"""How every form looks: one template per field, classes set in one place. And the form of the log-in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting


class BoundField(forms.BoundField):
    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        css = _css_class(widget or self.field.widget)
        if css and self.errors:
            css += " is-invalid"
        attrs["class"] = f"{attrs.get('class', '')} {css}".strip()
        if not attrs["class"]:
            del attrs["class"]
        return attrs

    @property
    def is_choice(self) -> bool:
        """A single checkbox: its label stands beside it, not above."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_long_help(self) -> bool:
        """Help that is HTML of its own (the list of password rules) cannot stand inside a paragraph."""
        return str(self.help_text).lstrip().startswith("<")


def _css_class(widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "bo-check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, forms.Select):
        return "bo-select"
    return "bo-textarea" if isinstance(widget, forms.Textarea) else "bo-input"


class Renderer(TemplatesSetting):
    field_template_name = "forms/field.html"
    bound_field_class = BoundField


class LoginForm(AuthenticationForm):
    """Django's, saying what is wrong below the password, and always the same whoever the name belongs to."""

    error_messages = {
        "invalid_login": "Usuário ou senha não conferem. Depois de 5 tentativas, há uma pausa de 15 minutos.",
        "inactive": "Usuário ou senha não conferem. Depois de 5 tentativas, há uma pausa de 15 minutos.",
    }

    def clean(self):
        try:
            return super().clean()
        except ValidationError as refused:
            self.add_error("password", refused)
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True
            return self.cleaned_data
