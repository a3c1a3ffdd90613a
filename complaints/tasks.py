"""Background tasks: thin doors to the services. Arguments are ids only; each may run twice or never.

SCHEDULES is what `manage.py install_schedules` keeps in the database.
"""

from contextlib import suppress

from django.conf import settings
from django_q.tasks import async_task

from backoffice.people import User
from backoffice.remote.errors import RemoteError
from backoffice.schedules import Schedule
from complaints.models import PortalAccount
from complaints.services import delivery, derivation, sync_rounds


def deliver_submission(pk: int) -> None:
    """Take one queued submission to the portal."""
    delivery.deliver(pk)


def number_submission(pk: int) -> None:
    """See the new movement in the record and learn its number. A failed reading is caught up by the sweep."""
    with suppress(RemoteError):
        delivery.read_and_number(pk)


def settle_submission(pk: int) -> None:
    """One reading of a submission in doubt, because somebody asked."""
    delivery.OUTBOX.settle(pk)


def sweep_submissions() -> None:
    """Pick up what was lost, read back what is in doubt."""
    delivery.sweep()


# --- reading the portal: a slice of work each, and another task for the rest ---


def sync_account(pk: int, by: int | None = None) -> None:
    """Read what this account needs now, because somebody asked."""
    account = PortalAccount.objects.get(pk=pk)
    sync_rounds.read_account(account=account, by=User.objects.filter(pk=by).first())


def sync_all() -> None:
    """One round over the active accounts."""
    sync_rounds.read_accounts()


def sync_catalogues() -> None:
    """The portal's lists, daily the short ones and weekly all; asked for more often, for an account may be busy."""
    sync_rounds.read_lists()


def derive_again(account: int, kind: str, code: str, after: int = 0) -> None:
    """Bring complaints to what a code of theirs has come to mean."""
    rest = derivation.derive_again(account=PortalAccount.objects.get(pk=account), kind=kind, code=code, after=after)
    if rest is not None:
        async_task("complaints.tasks.derive_again", account, kind, code, rest, group="sync")


SCHEDULES = [
    Schedule("Envios: recuperar e conferir", "complaints.tasks.sweep_submissions", minutes=1),
    Schedule("Portal: ler novidades", "complaints.tasks.sync_all", minutes=settings.SYNC_EVERY_MINUTES),
    Schedule("Portal: ler cadastros", "complaints.tasks.sync_catalogues", minutes=60),
]
