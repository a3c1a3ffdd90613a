"""Our side of the sandbox for tests: an account that points to it, and complaints read from it."""

from django.utils import timezone

from backoffice import installation
from complaints.models import Complaint, PortalAccount
from complaints.services import portal
from complaints.services.ingest import store_detail
from tests.complaints.factories import make_person
from tests.sandbox import Sandbox


def connect(sandbox: Sandbox, company: str = "Varanda Celulares", *, people=()) -> PortalAccount:
    """The account of one company of the sandbox, active, in a database marked as demo."""
    installation.mark_as_demo()
    there = sandbox.account(company)
    account = PortalAccount.objects.create(
        name=company,
        environment=PortalAccount.Environment.OTHER,
        base_url=there.base_url,
        is_active=True,
        client_id=there.client_id,
        code=there.code,
        client_secret=there.client_secret,
        default_cpf=there.cpf,
    )
    account.people.set(people)
    return account


def read(account: PortalAccount, protocol: str) -> Complaint:
    """Read one complaint from the portal into our database, as every service does."""
    with portal.client_for(account) as client:
        detail = client.complaint(protocol)
    complaint = store_detail(account=account, detail=detail, read_at=timezone.now())
    return Complaint.objects.select_related("account").get(pk=complaint.pk)


def answerable(sandbox: Sandbox, account: PortalAccount, **given) -> Complaint:
    """A new complaint of this account that waits for our answer."""
    there = sandbox.new_complaint(company=account.name, **given)
    return read(account, there["protocol"])


def agent_of(account: PortalAccount):
    return make_person(accounts=[account])


def movements_there(sandbox: Sandbox, complaint: Complaint) -> list[dict]:
    return sandbox.complaint(complaint.protocol)["movements"]
