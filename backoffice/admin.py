"""The admin as a whole, and the audit rows in it: to be looked at, never changed."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html_join

from backoffice import documents
from backoffice.audit import AuditEvent

admin.site.site_header = f"{settings.ORGANISATION_NAME} · Administração"
admin.site.site_title = "Administração"
admin.site.index_title = "Configuração e registros"


# Facts of the audit rows in Portuguese; what is not here is shown as it was recorded.
LABELS = {
    "what": "o quê",
    "fields": "campos",
    "added": "entraram",
    "removed": "saíram",
    "is_ok": "deu certo",
    "is_read": "lida",
    "is_solved": "resolvido",
    "words": "palavras",
    "milliseconds": "ms",
    "known": "nome conhecido",
    "locked": "bloqueado",
    "how": "como",
    "field": "dado",
    "to": "para",
    "before": "antes",
    "after": "depois",
    "submission": "envio",
    "state": "estado",
    "attempt": "tentativa",
    "account": "credenciada",
    "fingerprint": "impressão digital",
}
VALUES = {
    "created": "criação",
    "changed": "alteração",
    "activated": "ativação",
    "deactivated": "desativação",
    "paused": "pausa",
    "resumed": "retomada",
    "people": "pessoas que veem",
    "groups": "grupos",
    "set": "por outra pessoa",
    "reset": "pelo e-mail",
    "name": "nome",
    "environment": "ambiente",
    "base_url": "endereço próprio",
    "is_active": "ativa",
    "default_cpf": "CPF autorizado",
    "authorized_cpf": "CPF autorizado",
    "sends_parameters_in_body": "parâmetros no corpo",
    "username": "usuário",
    "first_name": "primeiro nome",
    "last_name": "último nome",
    "email": "e-mail",
    "is_staff": "entra na administração",
    "is_superuser": "superusuário",
}


def instant(at: datetime | None) -> str:
    """As the lists show it: local, short."""
    return date_format(timezone.localtime(at), "d/m/Y H:i") if at else "–"


class Choices(forms.CheckboxSelectMultiple):
    """Several of a few dozen, all in sight, by keyboard too. `label` names the group to screen readers."""

    template_name = "admin/widgets/choices.html"

    def __init__(self, *, label: str) -> None:
        super().__init__()
        self.label = label

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["label"] = self.label
        return context


class CappedPaginator(Paginator):
    """Counts no further than anybody turns pages; older rows are reached by search and filters."""

    LONGEST = 10_000

    @cached_property
    def count(self) -> int:
        return self.object_list[: self.LONGEST].count()


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    list_display = ("instant", "by", "action", "about", "facts")
    list_display_links = ("instant",)
    list_filter = ("at", "action", "by")
    list_select_related = ("by",)
    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("protocol__exact",)
    fields = ("at", "by", "action", "subject", "protocol", "facts", "ip")
    readonly_fields = fields

    @admin.display(description="quando")
    def instant(self, event: AuditEvent) -> str:
        return instant(event.at)

    @admin.display(description="sobre")
    def about(self, event: AuditEvent) -> str:
        return event.protocol or event.subject or "–"

    @admin.display(description="detalhe")
    def facts(self, event: AuditEvent) -> str:
        pairs = [(LABELS.get(key, key), _in_words(value)) for key, value in event.detail.items()]
        return format_html_join(" · ", "{}: {}", pairs) or "–"

    def changelist_view(self, request, extra_context=None):
        title = {"title": "Registros de auditoria (a busca é pelo protocolo inteiro)"}
        return super().changelist_view(request, {**(extra_context or {}), **title})

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, documents.bare(search_term))

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, list):
        return ", ".join(_in_words(item) for item in value) or "–"
    return VALUES.get(value, str(value)) if isinstance(value, str) else str(value)
