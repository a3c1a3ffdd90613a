"""The people who log in: their rights come from groups, what they see from the accounts they are given."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.db.models import Prefetch
from django.http import HttpResponseRedirect

from backoffice.admin import Choices
from backoffice.people import User
from backoffice.write_only import WriteOnlyField, WriteOnlyForm, masked_cpf, without
from complaints.models import PortalAccount
from complaints.services import accounts, people


class NewPersonForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name", "email")


class PersonForm(WriteOnlyForm, UserChangeForm):
    authorized_cpf = WriteOnlyField(
        label="CPF autorizado no portal",
        help_text=User._meta.get_field("authorized_cpf").help_text,
        describe=masked_cpf,
        hides_typing=False,
        required=False,
    )
    forgets_cpf = forms.BooleanField(
        label="Apagar o CPF gravado", help_text="O que esta pessoa enviar sai com o da credenciada.", required=False
    )
    accounts = forms.ModelMultipleChoiceField(
        PortalAccount.objects.without_secrets(),
        label="Credenciadas que vê",
        widget=Choices(label="Credenciadas que vê"),
        required=False,
    )

    class Meta(UserChangeForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser", "groups")
        labels = {"is_active": "Pode entrar", "is_staff": "Entra na administração", "groups": "Grupos"}
        help_texts = {"is_active": "Quem sai da empresa é desmarcado aqui, não apagado.", "is_staff": "", "groups": ""}
        widgets = {"groups": Choices(label="Grupos")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].initial = self.instance.portal_accounts.without_secrets()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("forgets_cpf"):
            if "authorized_cpf" in self.changed_data:
                self.add_error("forgets_cpf", "Ou um novo CPF, ou nenhum.")
            cleaned["authorized_cpf"] = ""
        return cleaned


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("username", "full_name", "is_active", "is_staff", "roles", "seen_accounts")
    list_filter = ("is_active", "groups", "portal_accounts")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Pessoa", {"fields": ("first_name", "last_name", "email")}),
        ("No portal", {"fields": ("authorized_cpf", "forgets_cpf")}),
        ("O que pode", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "accounts")}),
        ("Datas", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": (*NewPersonForm.Meta.fields, "password1", "password2")}),)

    @admin.display(description="nome", ordering="first_name")
    def full_name(self, person: User) -> str:
        return person.get_full_name() or "–"

    @admin.display(description="grupos")
    def roles(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all()) or "–"

    @admin.display(description="credenciadas")
    def seen_accounts(self, person: User) -> str:
        return ", ".join(account.name for account in person.portal_accounts.all()) or "–"

    def get_queryset(self, request):
        shown = Prefetch("portal_accounts", PortalAccount.objects.without_secrets())
        return super().get_queryset(request).prefetch_related("groups", shown)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        if not self.has_change_permission(request, obj):
            return without(fieldsets, ("password", "authorized_cpf", "forgets_cpf"))
        hidden = set()
        if not obj.authorized_cpf:
            hidden.add("forgets_cpf")
        if not request.user.is_superuser:  # only a superuser makes another one
            hidden.add("is_superuser")
        return without(fieldsets, hidden)

    def has_change_permission(self, request, obj=None) -> bool:
        # Else whoever may change people would take a superuser's place by giving them a new password.
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False  # what they did stays signed by them: they are made inactive

    def save_model(self, request, obj, form, change) -> None:
        people.save_person(person=obj, by=request.user)

    def save_related(self, request, form, formsets, change) -> None:
        if change:
            people.set_groups(person=form.instance, groups=form.cleaned_data["groups"], by=request.user)
            accounts.set_accounts(person=form.instance, accounts=form.cleaned_data["accounts"], by=request.user)

    def user_change_password(self, request, id, form_url=""):
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            people.record_password_set(person=self.get_object(request, id), by=request.user)
        return response
