from django.core.management.base import BaseCommand

from backoffice import schedules


class Command(BaseCommand):
    help = "Brings the scheduled tasks to what each app's tasks.SCHEDULES declares. Run it after each migrate."

    def handle(self, **options):
        created, updated, removed = schedules.install()
        self.stdout.write(f"Agendamentos: {created} criados, {updated} alterados, {removed} removidos.")
