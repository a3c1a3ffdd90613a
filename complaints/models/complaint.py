"""A complaint as the portal gave it, with what our work adds to its row.

The row is wide on purpose: a queue line is drawn from this table alone.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Right

from backoffice import outbox
from complaints.models.account import PortalAccount


class Stage(models.TextChoices):
    """Our own grouping of the portal's situations, by meaning (their codes differ between environments)."""

    OPEN = "open", "Aberta"
    WITH_COMPANY = "with_company", "Com a empresa"
    WITH_MEDIATOR = "with_mediator", "Com o gestor"
    ANSWERED = "answered", "Respondida"
    RATED = "rated", "Avaliada"
    NOT_RATED = "not_rated", "Não avaliada"
    CANCELLED = "cancelled", "Cancelada"
    CLOSED = "closed", "Encerrada"
    REDIRECTED_AWAY = "redirected_away", "Redirecionada"
    UNKNOWN = "unknown", "Situação desconhecida"


# An unknown situation may need us, and nothing is hidden.
AWAITING_ANSWER = (Stage.OPEN, Stage.WITH_COMPANY, Stage.UNKNOWN)
FINAL_STAGES = (Stage.RATED, Stage.NOT_RATED, Stage.CANCELLED, Stage.CLOSED, Stage.REDIRECTED_AWAY)
NO_DEADLINE = datetime.date(9999, 12, 31)


class Rating(models.TextChoices):
    SOLVED = "solved", "Resolvida"
    NOT_SOLVED = "not_solved", "Não resolvida"
    NOT_RATED = "not_rated", "Não avaliada"


class ComplaintQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Complaints of the accounts this person was given."""
        if user.has_perm("complaints.view_every_account"):
            return self
        return self.filter(account__in=PortalAccount.objects.visible_to(user).values("pk"))

    def awaiting_answer(self):
        # Written as IN: a bare boolean column in a condition is one SQLite finds no index for.
        return self.filter(awaits_us__in=(True,))

    def unfinished(self):
        return self.exclude(stage__in=FINAL_STAGES)


class Complaint(models.Model):
    protocol = models.CharField("protocolo", max_length=20, unique=True)
    account = models.ForeignKey(
        "complaints.PortalAccount",
        models.PROTECT,
        db_index=False,  # the index by opening date begins with it
        related_name="complaints",
        verbose_name="credenciada",
    )

    # As received.
    situation_code = models.CharField("código da situação", max_length=20)
    situation_text = models.CharField("situação", max_length=120)
    opened_at = models.DateTimeField("aberta em")
    deadline_on = models.DateField("prazo", null=True, blank=True)
    deadline_name = models.CharField("nome do prazo", max_length=120, blank=True, default="")
    manifestation_deadline_on = models.DateField("prazo de manifestação", null=True, blank=True)
    area_code = models.CharField(max_length=20, blank=True, default="")
    area_text = models.CharField("área", max_length=200, blank=True, default="")
    subject_code = models.CharField(max_length=20, blank=True, default="")
    subject_text = models.CharField("assunto", max_length=300, blank=True, default="")
    problem_code = models.CharField(max_length=20, blank=True, default="")
    problem_text = models.CharField("problema", max_length=300, blank=True, default="")
    purchase_channel_code = models.CharField(max_length=20, blank=True, default="")
    purchase_channel_text = models.CharField("como comprou", max_length=120, blank=True, default="")
    allowed_actions = models.JSONField("ações permitidas", default=list, blank=True)

    consumer_name = models.CharField("consumidor(a)", max_length=200)
    consumer_cpf = models.CharField("CPF", max_length=14, blank=True, default="")
    consumer_uf = models.CharField("UF", max_length=2, blank=True, default="")
    consumer_city = models.CharField("cidade", max_length=120, blank=True, default="")
    # Party as a dict (see services.complaint_rows.party_as_dict): contacts, address, birth date.
    consumer = models.JSONField("dados do consumidor", default=dict, blank=True)
    company_name = models.CharField("empresa", max_length=200, blank=True, default="")
    company = models.JSONField("dados da empresa", default=dict, blank=True)
    mediator_name = models.CharField("gestor", max_length=200, blank=True, default="")
    mediator = models.JSONField("dados do gestor", default=dict, blank=True)

    # Derived when stored.
    stage = models.CharField("etapa", max_length=16, choices=Stage)
    consumer_name_folded = models.CharField(max_length=200)  # lower case, no accents
    has_prior_contact = models.BooleanField("contatou a empresa antes", null=True, blank=True)
    rating = models.CharField("avaliação", max_length=10, choices=Rating, blank=True, default="")
    score = models.PositiveSmallIntegerField("nota", null=True, blank=True)
    movement_count = models.PositiveIntegerField("trâmites", default=0)
    last_movement_code = models.PositiveIntegerField("maior código de trâmite", default=0)
    last_movement_at = models.DateTimeField("último trâmite em", null=True, blank=True)
    last_movement_label = models.CharField("último trâmite", max_length=40, blank=True, default="")
    detail_hash = models.CharField(max_length=64, blank=True, default="")
    read_at = models.DateTimeField("lida no portal em")
    awaits_us = models.GeneratedField(
        expression=Case(When(stage__in=AWAITING_ANSWER, then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # The queue's order: a complaint without a deadline that runs for us comes last.
    queue_on = models.GeneratedField(
        expression=Case(
            When(stage__in=AWAITING_ANSWER, then=Coalesce(F("deadline_on"), Value(NO_DEADLINE))),
            default=Value(NO_DEADLINE),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )

    # What people read out and type: the six digits printed in bold.
    protocol_end = models.GeneratedField(
        expression=Right("protocol", 6), output_field=models.CharField(max_length=6), db_persist=True
    )

    # Our work on it.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # the index of a person's queue begins with it
        related_name="assigned_complaints",
        verbose_name="responsável",
    )
    assigned_at = models.DateTimeField("com responsável desde", null=True, blank=True)
    # Of the newest submission; written with every change of its state.
    submission_state = models.CharField(max_length=10, choices=outbox.State, blank=True, default="")
    submission_at = models.DateTimeField(null=True, blank=True)
    submission_movement_code = models.PositiveIntegerField(null=True, blank=True)
    submission_needs_person = models.BooleanField(default=False)
    submission_is_confirmed = models.BooleanField(default=False)  # received by a person's word
    # Of the draft saved last, by anybody; empty when there is none.
    draft_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    draft_at = models.DateTimeField(null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "reclamação"
        verbose_name_plural = "reclamações"
        indexes = [
            # In the list's order up to `id`; `account` after it, so that what a person may see is read there too.
            models.Index(fields=["awaits_us", "queue_on", "id", "account"], name="complaint_queue"),
            models.Index(fields=["awaits_us", "account", "queue_on", "id"], name="complaint_queue_account"),
            models.Index(
                fields=["assignee", "awaits_us", "queue_on", "id", "account"], name="complaint_queue_assignee"
            ),
            models.Index(fields=["stage", "queue_on", "id", "account"], name="complaint_stage"),
            models.Index(fields=["queue_on", "id", "account"], name="complaint_all_by_deadline"),
            models.Index(fields=["consumer_cpf", "id"], name="complaint_consumer"),
            models.Index(fields=["account", "opened_at"], name="complaint_opened"),
            models.Index(fields=["account", "consumer_name_folded", "id"], name="complaint_consumer_name"),
            models.Index(fields=["protocol_end", "id"], name="complaint_protocol_end"),
        ]
        permissions = [
            ("take_complaint", "Assume uma reclamação"),
            ("assign_complaint", "Atribui reclamações a outras pessoas"),
            ("reveal_complaint", "Revela dados pessoais"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(assignee__isnull=True) | Q(assigned_at__isnull=False),
                name="assignee_has_its_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.protocol

    def allows(self, action: str) -> bool:
        """Whether the record's `acoes`, as last read, names this action of the API."""
        return action in self.allowed_actions

    @property
    def is_with_mediator(self) -> bool:
        return self.stage == Stage.WITH_MEDIATOR


class ComplaintRaw(models.Model):
    """The record's JSON as received, kept apart so that lists stay light."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, primary_key=True, related_name="raw")
    json = models.TextField()
    received_at = models.DateTimeField()
