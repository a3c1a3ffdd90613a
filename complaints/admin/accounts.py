"""The company's accounts on the portal: their credentials go in here and never come out."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse

from backoffice.admin import Choices, instant
from backoffice.write_only import WriteOnlyField, WriteOnlyForm, masked_cpf, without
from complaints.models import PortalAccount
from complaints.services import accounts, portal


class AccountForm(WriteOnlyForm):
    base_url = forms.URLField(
        label="Endereço próprio",
        help_text=PortalAccount._meta.get_field("base_url").help_text,
        assume_scheme="https",
        required=False,
        widget=AdminURLFieldWidget,
    )
    code = WriteOnlyField(label="code (código de autenticação)")
    client_secret = WriteOnlyField(label="client_secret (senha de autenticação)")
    default_cpf = WriteOnlyField(
        label="CPF autorizado",
        help_text=PortalAccount._meta.get_field("default_cpf").help_text,
        describe=masked_cpf,
        hides_typing=False,
    )

    class Meta:
        model = PortalAccount
        fields = (*accounts.EDITABLE, "people")

    @property
    def typed(self) -> set[str]:
        """The secrets typed into this form, even if they equal the stored ones."""
        return {name for name in PortalAccount.SECRETS if self.data.get(self.add_prefix(name))}

    def _post_clean(self):
        super()._post_clean()  # here the instance takes the form's values
        before = PortalAccount.objects.filter(pk=self.instance.pk).first()
        if before is None or self.errors:
            return
        if refusal := accounts.address_refusal(before, self.instance, typed=self.typed):
            self.add_error("base_url", refusal)


@admin.register(PortalAccount)
class PortalAccountAdmin(admin.ModelAdmin):
    form = AccountForm
    list_display = ("name", "environment", "is_active", "state", "last_success", "last_failure")
    actions = ("resume_accounts",)
    fieldsets = (
        (None, {"fields": ("name", "environment", "base_url", "is_active")}),
        (
            "Credenciais",
            {
                "fields": ("client_id", "code", "client_secret", "default_cpf"),
                "description": "Estão na tela de edição da credenciada, no portal. Gravadas, não são mostradas.",
            },
        ),
        ("Modo de envio", {"fields": ("sends_parameters_in_body",)}),
        ("Quem vê as reclamações", {"fields": ("people",), "description": "Além de quem vê todas."}),
    )
    status_fields = (
        "state",
        "last_success_at",
        "last_failure_at",
        "last_failure_words",
        "synced_at",
        "feed_read_until",
    )
    readonly_fields = status_fields

    # -- what is shown -------------------------------------------------------------------------------------

    @admin.display(description="estado")
    def state(self, account: PortalAccount) -> str:
        return accounts.state_in_words(account)

    @admin.display(description="último sucesso", ordering="last_success_at")
    def last_success(self, account: PortalAccount) -> str:
        return instant(account.last_success_at)

    @admin.display(description="última falha", ordering="last_failure_at")
    def last_failure(self, account: PortalAccount) -> str:
        return instant(account.last_failure_at)

    def get_queryset(self, request):
        return super().get_queryset(request).without_secrets()

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.fieldsets
        fieldsets = (*self.fieldsets, ("Situação", {"fields": self.status_fields}))
        if self.has_change_permission(request, obj):
            return fieldsets
        return without(fieldsets, ("code", "client_secret", "default_cpf"))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        people = db_field.related_model.objects.defer("authorized_cpf").order_by("first_name", "username")
        kwargs |= {"queryset": people, "widget": Choices(label="Pessoas")}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if "people" in form.base_fields:
            form.base_fields["people"].widget.can_add_related = False
        return form

    def has_delete_permission(self, request, obj=None) -> bool:
        return False  # complaints and their history hang on it: it is switched off

    # -- what is done --------------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change) -> None:
        was_paused = obj.paused_at is not None
        accounts.save_account(account=obj, by=request.user, typed=form.typed)
        if was_paused and obj.paused_at is None:
            self.message_user(request, f"{obj} saiu da pausa.", messages.SUCCESS)

    def save_related(self, request, form, formsets, change) -> None:
        accounts.set_people(account=form.instance, people=form.cleaned_data["people"], by=request.user)

    @admin.action(description="Retomar as credenciadas em pausa", permissions=["change"])
    def resume_accounts(self, request, queryset) -> None:
        resumed = [str(account) for account in queryset if portal.resume(account, by=request.user)]
        if resumed:
            self.message_user(request, f"Retomadas: {', '.join(resumed)}.", messages.SUCCESS)
        else:
            self.message_user(request, "Nenhuma das escolhidas estava em pausa.", messages.INFO)

    def get_urls(self):
        name = "complaints_portalaccount"
        return [
            path("<path:object_id>/testar/", self.admin_site.admin_view(self.test_view), name=f"{name}_test"),
            path("<path:object_id>/retomar/", self.admin_site.admin_view(self.resume_view), name=f"{name}_resume"),
            *super().get_urls(),
        ]

    def test_view(self, request, object_id):
        return self._on_account(request, object_id, self._test)

    def resume_view(self, request, object_id):
        return self._on_account(request, object_id, self._resume)

    def _on_account(self, request, object_id, act):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        account = self.get_object(request, unquote(object_id))
        if account is None:
            raise Http404
        self.message_user(request, *act(request, account))
        return HttpResponseRedirect(reverse("admin:complaints_portalaccount_change", args=[account.pk]))

    def _test(self, request, account) -> tuple[str, int]:
        report = accounts.test_connection(account=account, by=request.user)
        if not report.is_ok:
            return f"A conexão de {account} não deu certo. {report.words}", messages.ERROR
        words = f"A conexão de {account} funciona: {report.words} {report.milliseconds} ms."
        if account.paused_at:
            words += " Ela continua em pausa até ser retomada."
        elif not account.is_active:
            words += " Ela continua inativa até ser ativada."
        return words, messages.SUCCESS

    def _resume(self, request, account) -> tuple[str, int]:
        if portal.resume(account, by=request.user):
            return f"{account} saiu da pausa.", messages.SUCCESS
        return f"{account} não estava em pausa.", messages.INFO
