"""Form fields for what is typed in and never shown again: secrets, and CPFs of our own people.

The page says that there is a value and how it ends; a blank field keeps it. Neither the stored value nor what was
just typed is ever printed, and a form's `changed_data` names the field only when something new was typed.
"""

from collections.abc import Callable, Iterable

from django import forms

from backoffice import documents

SHORTEST_SHOWN = 12  # of a shorter secret, four characters are too much of it


def ending(secret: str) -> str:
    """ "Gravado, termina em …1234.", by which a person recognises a secret."""
    if len(secret) < SHORTEST_SHOWN:
        return "Gravado."
    return f"Gravado, termina em …{secret[-4:]}."


def masked_cpf(cpf: str) -> str:
    return f"Gravado: {documents.mask_cpf(cpf)}."


class WriteOnlyInput(forms.PasswordInput):
    def __init__(self, *, hides_typing: bool = True) -> None:
        # "new-password" keeps browsers from filling in the person's own password.
        autocomplete = "new-password" if hides_typing else "off"
        super().__init__(attrs={"autocomplete": autocomplete, "class": "vTextField", "spellcheck": "false"})
        self.input_type = "password" if hides_typing else "text"


class WriteOnlyField(forms.CharField):
    """`describe` says in Portuguese, from the stored value, what may be shown of it."""

    def __init__(self, *, describe: Callable[[str], str] = ending, hides_typing: bool = True, **kwargs) -> None:
        super().__init__(widget=WriteOnlyInput(hides_typing=hides_typing), **kwargs)
        self.describe = describe
        self.stored = ""

    def remember(self, stored: str) -> None:
        """Tell this form's copy of the field what is stored: it is then optional, and says so."""
        self.stored = stored
        if stored:
            self.required = self.widget.is_required = False
            kept = f"{self.describe(stored)} Em branco, fica como está."
            self.help_text = f"{kept} {self.help_text}".strip()

    def clean(self, value):
        return super().clean(value) or self.stored

    def has_changed(self, initial, data) -> bool:
        typed = self.to_python(data)
        return bool(typed) and typed != self.stored


class WriteOnlyForm(forms.ModelForm):
    """A ModelForm whose WriteOnlyFields know what their instance has, and never carry it as initial value."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, WriteOnlyField):
                self.initial.pop(name, None)
                field.remember(getattr(self.instance, name))


def without(fieldsets, names: Iterable[str]) -> tuple:
    """Admin `fieldsets` less these fields, and less the sets left empty.

    For whoever may look and not change: the admin prints a read-only field's stored value, secret or not.
    """
    left = []
    for title, options in fieldsets:
        fields = tuple(name for name in options["fields"] if name not in names)
        if fields:
            left.append((title, {**options, "fields": fields}))
    return tuple(left)
