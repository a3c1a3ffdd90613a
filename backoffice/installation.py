"""What this database is for. A demo database may speak to a sandbox, and never to the real services."""

from django.db import models


class Installation(models.Model):
    """One row, written when the database is set up. The mark is in the data, so that settings cannot lie about it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_demo = models.BooleanField("demonstração", default=False)
    created_at = models.DateTimeField("criada em", auto_now_add=True)

    class Meta:
        verbose_name = "instalação"
        verbose_name_plural = "instalação"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]


def is_demo() -> bool:
    return Installation.objects.filter(is_demo=True).exists()


def mark_as_demo() -> None:
    Installation.objects.update_or_create(id=1, defaults={"is_demo": True})
