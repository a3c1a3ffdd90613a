"""Records of the portal that could not be read or stored: set aside with their JSON, and tried again."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from backoffice import audit
from backoffice.remote.errors import RemoteError
from complaints.consumidor_gov import client as portal_client
from complaints.consumidor_gov.records import Unreadable
from complaints.models import PortalAccount, UnreadableRecord
from complaints.services import fetching, ingest, portal


@dataclass(frozen=True, slots=True)
class Retried:
    """How a second try ended; `words` is Portuguese."""

    is_solved: bool
    words: str


def set_aside(*, account: PortalAccount, records: Iterable[Unreadable]) -> int:
    """Keep what could not be read; the same record again only counts up. Returns how many there were."""
    records = list(records)
    for record in records:
        _set_aside(account, record)
    return len(records)


def _set_aside(account: PortalAccount, record: Unreadable) -> None:
    now = timezone.now()
    protocol, field, reason = record.protocol[:20], record.field[:80], record.reason[:300]
    # Without a protocol only the JSON tells whether it is the same one.
    same = {"protocol": protocol} if protocol else {"protocol": "", "raw": record.raw}
    with transaction.atomic():
        held = UnreadableRecord.objects.select_for_update().filter(account=account, solved_at=None, **same)
        again = {"field": field, "reason": reason, "last_seen_at": now, "times": F("times") + 1}
        if record.raw:
            again["raw"] = record.raw
        if held.update(**again):
            return
        # Two readers may meet here: the constraint lets one row in, and one sighting more or less is no loss.
        UnreadableRecord.objects.bulk_create(
            [
                UnreadableRecord(
                    account=account,
                    protocol=protocol,
                    field=field,
                    reason=reason,
                    raw=record.raw,
                    first_seen_at=now,
                    last_seen_at=now,
                )
            ],
            ignore_conflicts=True,
        )


def settle(*, account: PortalAccount, protocols: Iterable[str]) -> int:
    """These records have been read and stored now, by whichever account."""
    held = UnreadableRecord.objects.filter(protocol__in=list(protocols), solved_at=None)
    return held.update(solved_at=timezone.now())


def retry(*, record: UnreadableRecord, by, client: portal_client.ConsumidorGov | None = None) -> Retried:
    """Ask the portal for the record again and store it. Audited, whatever comes of it. Raises nothing remote."""
    result = _retry(record, client)
    audit.record(
        audit.AuditEvent.Action.RECORD_RETRIED,
        by=by,
        protocol=record.protocol,
        subject=f"registro {record.pk}",
        is_solved=result.is_solved,
    )
    return result


def _retry(record: UnreadableRecord, client: portal_client.ConsumidorGov | None) -> Retried:
    if record.solved_at:
        return Retried(True, "Este registro já foi lido.")
    if not record.protocol:
        return Retried(False, "O registro veio sem protocolo: só a próxima leitura da lista pode trazê-lo de novo.")
    asked_at = timezone.now()
    try:
        if client is not None:
            detail = fetching.read_detail(client, record.protocol)
        else:
            with portal.client_for(record.account) as own:
                detail = fetching.read_detail(own, record.protocol)
        ingest.store_detail(account=record.account, detail=detail, read_at=asked_at)
    except (portal_client.UnreadableRecord, ingest.NotStorable) as error:
        set_aside(account=record.account, records=[error.unreadable])
        return Retried(False, f"Continua ilegível: {error.unreadable.reason}")
    except (portal.AccountUnavailable, RemoteError) as error:
        return Retried(False, error.words)
    return Retried(True, "Registro lido e guardado.")
