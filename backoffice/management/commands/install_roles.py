from django.core.management.base import BaseCommand

from backoffice.access import ROLES, install_roles


class Command(BaseCommand):
    help = "Creates the groups of backoffice.access, or brings their permissions back. Run it after each migrate."

    def handle(self, **options):
        install_roles()
        self.stdout.write(f"Papéis instalados: {', '.join(ROLES)}.")
