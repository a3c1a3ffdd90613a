"""Reading the portal: each run, and what it could not read."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SyncRun(models.Model):
    """One run over one account. The cursor is stored with each page, so that a crash costs one page."""

    class Kind(models.TextChoices):
        CATALOGUE = "catalogue", "Cadastros"
        IMPORT = "import", "Importação"
        INCREMENT = "increment", "Novidades"

    class State(models.TextChoices):
        RUNNING = "running", "Lendo"
        DONE = "done", "Terminou"
        FAILED = "failed", "Falhou"
        INTERRUPTED = "interrupted", "Interrompida"

    account = models.ForeignKey("complaints.PortalAccount", models.CASCADE, related_name="sync_runs")
    kind = models.CharField("tipo", max_length=10, choices=Kind)
    state = models.CharField("estado", max_length=12, choices=State, default=State.RUNNING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # Who works on it now; "" between two slices of work, when anybody may go on with it.
    worker = models.CharField(max_length=32, blank=True, default="", editable=False)
    started_at = models.DateTimeField("começou em")
    heartbeat_at = models.DateTimeField("último sinal")
    finished_at = models.DateTimeField("terminou em", null=True, blank=True)
    since = models.DateField("desde", null=True, blank=True)
    cursor = models.JSONField("onde está", default=dict, blank=True)
    steps_done = models.PositiveIntegerField("etapas feitas", default=0)
    steps_total = models.PositiveIntegerField("etapas", default=0)
    calls = models.PositiveIntegerField("chamadas", default=0)
    created = models.PositiveIntegerField("novas", default=0)
    changed = models.PositiveIntegerField("mudaram", default=0)
    unchanged = models.PositiveIntegerField("iguais", default=0)
    unreadable = models.PositiveIntegerField("ilegíveis", default=0)
    words = models.CharField("palavras", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "leitura do portal"
        verbose_name_plural = "leituras do portal"
        ordering = ["-id"]
        permissions = [("run_sync", "Manda ler o portal")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="running"), name="one_running_sync_per_account"
            ),
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="finished_sync_has_its_instant",
            ),
        ]
        indexes = [models.Index(fields=["account", "kind", "-id"], name="sync_last_of_account")]


class UnreadableRecord(models.Model):
    """A record set aside with its JSON and the reason; the others went on."""

    account = models.ForeignKey("complaints.PortalAccount", models.CASCADE, related_name="unreadable_records")
    protocol = models.CharField("protocolo", max_length=20, blank=True, default="")
    field = models.CharField("campo", max_length=80, blank=True, default="")
    reason = models.CharField("motivo", max_length=300)
    raw = models.TextField("JSON recebido")
    first_seen_at = models.DateTimeField("visto primeiro em")
    last_seen_at = models.DateTimeField("visto por último em")
    times = models.PositiveIntegerField("vezes", default=1)
    solved_at = models.DateTimeField("resolvido em", null=True, blank=True)

    class Meta:
        verbose_name = "registro ilegível"
        verbose_name_plural = "registros ilegíveis"
        ordering = ["-last_seen_at"]
        permissions = [("retry_unreadablerecord", "Tenta de novo um registro ilegível")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "protocol"],
                condition=Q(solved_at__isnull=True) & ~Q(protocol=""),
                name="one_open_unreadable_per_protocol",
            )
        ]
