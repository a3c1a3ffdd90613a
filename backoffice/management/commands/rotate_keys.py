from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from backoffice.encryption import EncryptedTextField, UndecipherableValue

BATCH = 200  # rows a transaction; on SQLite everybody else's writes wait for it


class Command(BaseCommand):
    help = (
        "Rewrites every encrypted value with the newest key of FIELD_ENCRYPTION_KEYS. "
        "Safe to run again, and while people work. Afterwards the older keys can be removed."
    )

    def handle(self, **options):
        failures = []
        for model in apps.get_models():
            # A multi-table child does not write its parent's columns again.
            names = [field.name for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]
            if names and not model._meta.proxy:
                rewritten = self._rewrite(model, names, failures)
                self.stdout.write(f"{model._meta.verbose_name_plural}: {rewritten}")
        if failures:
            raise CommandError(
                "Nenhuma das chaves decifra:\n  " + "\n  ".join(failures) + "\nMantenha as chaves antigas na lista."
            )

    def _rewrite(self, model, names: list[str], failures: list[str]) -> int:
        rewritten, last = 0, None
        while True:
            waiting = model._base_manager.order_by("pk")
            if last is not None:
                waiting = waiting.filter(pk__gt=last)
            pks = list(waiting.values_list("pk", flat=True)[:BATCH])
            if not pks:
                return rewritten
            last = pks[-1]
            with transaction.atomic():
                # The row lock (on SQLite the write lock) keeps a value changed meanwhile from being put back.
                for pk in pks:
                    try:
                        row = model._base_manager.select_for_update().only("pk", *names).filter(pk=pk).first()
                    except UndecipherableValue as error:
                        failures.append(f"{model._meta.label} {pk}: {error}")
                        continue
                    if row is not None:
                        model._base_manager.filter(pk=pk).update(**{name: getattr(row, name) for name in names})
                        rewritten += 1
