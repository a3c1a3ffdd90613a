"""What was read from the portal and how: lists and their meanings, records set aside, runs; rows to look up."""

import json

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from backoffice.admin import CappedPaginator, instant
from complaints.models import CatalogueEntry, Complaint, Submission, SyncRun, UnreadableRecord
from complaints.services import catalogue, unreadable

MOST_RETRIES = 20  # of an action: each waits for the portal


class LookOnly(admin.ModelAdmin):
    """To be looked at: changes go through the services."""

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    sortable_by = ()

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


# --- lists ----------------------------------------------------------------------------------------------------


class MeaningFilter(admin.SimpleListFilter):
    title = "sentido"
    parameter_name = "sentido"

    def lookups(self, request, model_admin):
        return [("falta", "falta decidir"), ("pessoa", "decidido por uma pessoa"), ("texto", "pelo texto")]

    def queryset(self, request, queryset):
        return {
            "falta": queryset.filter(kind__in=catalogue.TABLES, meaning=""),
            "pessoa": queryset.filter(is_decided_by_person=True),
            "texto": queryset.exclude(meaning="").filter(is_decided_by_person=False),
        }.get(self.value(), queryset)


class MeaningForm(forms.ModelForm):
    meaning = forms.ChoiceField(
        label="Sentido",
        required=False,
        help_text="Vale para todas as reclamações que usam este código; elas são revistas em segundo plano.",
    )

    class Meta:
        model = CatalogueEntry
        fields = ("meaning",)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        meanings = catalogue.MEANINGS.get(self.instance.kind)
        if "meaning" in self.fields and meanings:
            self.fields["meaning"].choices = [("", "Como o texto diz"), *meanings.choices]


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(LookOnly):
    form = MeaningForm
    list_display = ("kind", "code", "text", "meaning_in_words", "parent", "account", "presence")
    list_display_links = ("code", "text")
    list_filter = (MeaningFilter, "kind", "account")
    list_select_related = ("account",)
    search_fields = ("code__exact", "text")
    readonly_fields = ("account", "kind", "parent", "code", "text", "presence", "is_decided_by_person", "read_at")
    fields = (*readonly_fields[:6], "meaning", *readonly_fields[6:])

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*_secrets_of("account"))

    def get_ordering(self, request):
        undecided = When(kind__in=list(catalogue.TABLES), meaning="", then=Value(0))
        return (Case(undecided, default=Value(1)).asc(), "kind", "parent", "text", "pk")

    @admin.display(description="sentido")
    def meaning_in_words(self, entry: CatalogueEntry) -> str:
        if entry.kind not in catalogue.TABLES:
            return "–"
        if not entry.meaning:
            return "falta decidir"
        words = catalogue.MEANINGS[entry.kind](entry.meaning).label
        return f"{words} (decidido)" if entry.is_decided_by_person else words

    @admin.display(description="na lista do portal")
    def presence(self, entry: CatalogueEntry) -> str:
        if not entry.is_listed:
            return "não; visto em registros"
        return f"saiu em {instant(entry.gone_at)}" if entry.gone_at else "sim"

    def has_change_permission(self, request, obj=None) -> bool:
        may = request.user.has_perm("complaints.change_catalogueentry")
        return may and (obj is None or obj.kind in catalogue.TABLES)

    def save_model(self, request, obj, form, change) -> None:
        if "meaning" in form.changed_data:
            catalogue.decide_meaning(entry=obj, meaning=form.cleaned_data["meaning"], by=request.user)


# --- records set aside ----------------------------------------------------------------------------------------


class OpenFilter(admin.SimpleListFilter):
    title = "estado"
    parameter_name = "aberto"

    def lookups(self, request, model_admin):
        return [("sim", "ainda ilegível"), ("nao", "resolvido")]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(solved_at__isnull=self.value() == "sim")


@admin.register(UnreadableRecord)
class UnreadableRecordAdmin(LookOnly):
    list_display = ("about", "account", "field", "reason", "last_seen", "times", "solved")
    list_filter = (OpenFilter, "account")
    list_select_related = ("account",)
    search_fields = ("protocol__exact",)
    ordering = ("-last_seen_at",)
    actions = ("retry_records",)
    fields = (
        "account",
        "protocol",
        "field",
        "reason",
        "times",
        "first_seen_at",
        "last_seen_at",
        "solved_at",
        "json",
    )
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*_secrets_of("account"))

    @admin.display(description="protocolo")
    def about(self, record: UnreadableRecord) -> str:
        return record.protocol or "sem protocolo"

    @admin.display(description="visto por último", ordering="last_seen_at")
    def last_seen(self, record: UnreadableRecord) -> str:
        return instant(record.last_seen_at)

    @admin.display(description="resolvido em", ordering="solved_at")
    def solved(self, record: UnreadableRecord) -> str:
        return instant(record.solved_at)

    @admin.display(description="JSON recebido")
    def json(self, record: UnreadableRecord) -> str:
        if not record.raw:
            return "O portal não entregou o registro."
        return format_html('<pre class="bo-raw" tabindex="0">{}</pre>', _indented(record.raw))

    def has_retry_permission(self, request) -> bool:
        return request.user.has_perm("complaints.retry_unreadablerecord")

    @admin.action(description="Tentar de novo", permissions=["retry"])
    def retry_records(self, request, queryset) -> None:
        records = list(queryset.select_related("account")[: MOST_RETRIES + 1])
        results = [unreadable.retry(record=record, by=request.user) for record in records[:MOST_RETRIES]]
        solved = sum(result.is_solved for result in results)
        words = f"{solved} de {len(results)} registros foram lidos."
        if len(records) > MOST_RETRIES:
            words += f" Só os primeiros {MOST_RETRIES} foram tentados."
        self.message_user(request, words, messages.SUCCESS if solved == len(results) else messages.WARNING)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = {**(extra_context or {}), "may_retry": self.has_retry_permission(request)}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_urls(self):
        retry = self.admin_site.admin_view(self.retry_view)
        return [
            path("<path:object_id>/tentar/", retry, name="complaints_unreadablerecord_retry"),
            *super().get_urls(),
        ]

    def retry_view(self, request, object_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not (self.has_view_permission(request) and self.has_retry_permission(request)):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        result = unreadable.retry(record=record, by=request.user)
        self.message_user(request, result.words, messages.SUCCESS if result.is_solved else messages.WARNING)
        return HttpResponseRedirect(reverse("admin:complaints_unreadablerecord_change", args=[record.pk]))


def _indented(raw: str) -> str:
    try:
        return json.dumps(json.loads(raw), ensure_ascii=False, indent=2)
    except ValueError:
        return raw


# --- runs, and rows to look up --------------------------------------------------------------------------------


@admin.register(SyncRun)
class SyncRunAdmin(LookOnly):
    list_display = ("started", "account", "kind", "state", "calls", "created", "changed", "unchanged", "unreadable")
    list_filter = ("account", "kind", "state")
    list_select_related = ("account",)
    ordering = ("-id",)
    fields = (
        ("account", "kind", "state", "by"),
        ("started_at", "heartbeat_at", "finished_at"),
        ("since", "steps_done", "steps_total", "calls"),
        ("created", "changed", "unchanged", "unreadable"),
        "words",
        "cursor",
    )
    readonly_fields = tuple(name for line in fields for name in ([line] if isinstance(line, str) else line))

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*_secrets_of("account"))

    @admin.display(description="começou em")
    def started(self, run: SyncRun) -> str:
        return instant(run.started_at)


@admin.register(Complaint)
class ComplaintAdmin(LookOnly):
    """Without the consumer's data: they are seen, and their being seen is recorded, on the complaint's own page."""

    list_display = ("protocol", "account", "situation_text", "stage", "opened", "read")
    list_select_related = ("account",)
    search_fields = ("protocol__exact",)
    search_help_text = "Protocolo inteiro"
    ordering = ("-id",)
    fields = (
        "page",
        "account",
        "situation_code",
        "situation_text",
        "stage",
        "opened_at",
        "deadline_on",
        "deadline_name",
        "allowed_actions",
        "movement_count",
        "last_movement_code",
        "last_movement_at",
        "read_at",
        "assignee",
        "assigned_at",
        "submission_state",
    )
    readonly_fields = fields

    def get_queryset(self, request):
        personal = ("consumer_name", "consumer_cpf", "consumer", "consumer_name_folded", "company", "mediator")
        rows = super().get_queryset(request).visible_to(request.user)
        return rows.defer(*personal, *_secrets_of("account"))

    @admin.display(description="protocolo")
    def page(self, complaint: Complaint) -> str:
        address = reverse("complaint", args=[complaint.protocol])
        return format_html('<a href="{}">{}</a>', address, complaint.protocol)

    @admin.display(description="aberta em")
    def opened(self, complaint: Complaint) -> str:
        return instant(complaint.opened_at)

    @admin.display(description="lida em")
    def read(self, complaint: Complaint) -> str:
        return instant(complaint.read_at)


@admin.register(Submission)
class SubmissionAdmin(LookOnly):
    list_display = ("queued", "protocol", "kind", "state", "by", "account")
    list_filter = ("state", "kind", "account")
    list_select_related = ("complaint", "account", "by")
    search_fields = ("complaint__protocol__exact",)
    search_help_text = "Protocolo inteiro"
    ordering = ("-id",)
    fields = (
        "page",
        "account",
        "kind",
        "state",
        "by",
        "queued_at",
        "sent_at",
        "closed_at",
        "attempt",
        "words",
        "movement_code",
    )
    readonly_fields = fields

    def get_queryset(self, request):
        rows = super().get_queryset(request).visible_to(request.user)
        return rows.defer("text", "cpf", *_secrets_of("account"))

    @admin.display(description="na fila em")
    def queued(self, submission: Submission) -> str:
        return instant(submission.queued_at)

    @admin.display(description="protocolo")
    def protocol(self, submission: Submission) -> str:
        return submission.complaint.protocol

    @admin.display(description="página do envio")
    def page(self, submission: Submission) -> str:
        address = reverse("submission", args=[submission.pk])
        return format_html('<a href="{}">{}</a>', address, submission.complaint.protocol)


def _secrets_of(relation: str) -> list[str]:
    """Nothing is deciphered to show a name."""
    return [f"{relation}__{name}" for name in ("code", "client_secret", "default_cpf")]
