"""What the queue's page and fragments show, read once and put into words."""

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from backoffice import private_search
from backoffice.people import User
from complaints import deadlines, filters, queue_counts, queue_rows
from complaints import queue as reading
from complaints.context import visible_accounts
from complaints.deadlines import Bucket
from complaints.filters import NOBODY, FindKind, QueueFilter
from complaints.queue import Cursor
from complaints.queue_rows import Reader

NOTHING_DUE = {
    Bucket.OVERDUE: "Nada está vencido",
    Bucket.TODAY: "Nada vence hoje",
    Bucket.TOMORROW: "Nada vence amanhã",
    Bucket.THREE_DAYS: "Nada vence em 2 ou 3 dias",
    Bucket.LATER: "Nada fica para depois",
}
_IN_WORDS = {2: "dois", 3: "três", 4: "quatro", 5: "cinco"}


@dataclass(frozen=True, slots=True)
class RulerPart:
    bucket: Bucket
    detail: str
    count: str
    share: int  # of the longest part, 0 to 100
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an empty list."""

    label: str
    value: str
    count: int
    said: str
    address: str


def state_of(request, parameters) -> QueueFilter:
    return filters.parse(
        parameters,
        accounts=visible_accounts(request),
        recall=lambda key: private_search.recall(key=key, owner=request.user),
    )


def matching(request, state: QueueFilter, ids: list[int] | None = None):
    accounts = visible_accounts(request)
    if ids is None:
        ids = reading.found_ids(state.find, user=request.user, accounts=accounts)
    return reading.matching(state, user=request.user, accounts=accounts, ids=ids)


def read(request, state: QueueFilter, *, after: Cursor | None, size: int, shown: int) -> dict:
    user, accounts = request.user, visible_accounts(request)
    now = timezone.now()
    today = deadlines.local_today(now)
    ids = reading.found_ids(state.find, user=user, accounts=accounts)
    if ids is not None and len(ids) > reading.FIND_CAP:
        cap = queue_rows.grouped(reading.FIND_CAP)
        too_many = f"A busca achou mais de {cap} reclamações; só {cap} delas estão aqui. Digite mais do nome."
        state = replace(state, notices=(*state.notices, too_many))
    rows = reading.matching(state, user=user, accounts=accounts, ids=ids)
    counts = queue_counts.counts(rows, state, user=user, accounts=accounts, today=today)
    listed = reading.ordered(reading.in_bucket(rows, state.bucket, today, state), state, after)
    lines, following = reading.page(listed, size)
    total = counts.by_bucket[state.bucket] if state.bucket else counts.total
    person_name = _person_name(state, lines)
    drawn = queue_rows.rows_of(
        lines,
        reader=Reader.of(user),
        now=now,
        companies={account.pk: account.name for account in accounts},
        down={account.pk for account in accounts if account.is_active and (account.paused_at or account.is_down)},
    )
    context = {
        "state": state,
        "address": address(state, shown=shown),
        "here": address(state),
        "total_said": queue_rows.complaints_said(total),
        "total_short": queue_rows.capped(total),
        "ruler": _ruler(state, counts, today),
        "chips": [(chip, address(chip.without)) for chip in state.chips(accounts, person_name)],
        "filters_query": state.query,
        "find_query": (state.without("find") if state.find else state).query,
        "groups": queue_rows.groups_of(
            lines, drawn, counts=counts, today=today, continues=after.queue_on if after else None
        ),
        "sprite": queue_rows.sprite(),
        "is_by_deadline": state.stage.can_run_out,
        "starts_late": after is not None,
        "may_take": user.has_perm("complaints.take_complaint"),
        "may_assign": user.has_perm("complaints.assign_complaint"),
        # A search is asked, not watched.
        "news_address": "" if state.find else news_address(state, counts.newest_movement),
        "typed": state.find.typed if state.find else "",
    }
    if following:
        drawn_so_far = min((shown if after else 0) + len(lines), reading.MOST_ROWS)
        context["more_address"] = address(state, after=following, shown=drawn_so_far)
        context["more_place"] = address(state, shown=drawn_so_far + reading.PAGE)
    if not lines and not after:
        context["empty"] = _empty(request, state, ids, person_name, today)
    return context


def _person_name(state: QueueFilter, lines: list[reading.Line]) -> str:
    """Of the person the filter names. Their rows say it; only an empty list has to ask."""
    if state.person_id is None:
        return ""
    person = lines[0].assignee if lines else User.objects.filter(pk=state.person_id).first()
    return str(person) if person else "pessoa desconhecida"


def _ruler(state: QueueFilter, counts: queue_counts.Counts, today) -> list[RulerPart]:
    longest = max(counts.by_bucket.values()) or 1
    parts = []
    for bucket in Bucket:
        count = counts.by_bucket[bucket]
        detail = deadlines.bucket_detail(bucket, today)
        if bucket is Bucket.LATER and not state.stage.can_run_out:
            detail = "nenhum prazo corre"
        is_chosen = state.bucket is bucket
        parts.append(
            RulerPart(
                bucket=bucket,
                detail=detail,
                count=queue_rows.capped(count),
                # A single one among thousands is still to be seen.
                share=max(round(100 * count / longest), 4) if count else 0,
                # Chosen again, it lets go.
                address=address(state.with_(bucket=None if is_chosen else bucket)),
                is_chosen=is_chosen,
            )
        )
    return parts


def _empty(request, state: QueueFilter, ids, person_name: str, today) -> dict:
    """Why nothing came, and what each single step out of it would show."""
    chips = state.chips(visible_accounts(request), person_name)
    steps = [(f"{chip.name}: ", chip.value, chip.without) for chip in chips]
    if state.is_own_queue:
        steps = [("", "Sem responsável", state.with_(person=NOBODY)), *steps]
    queries = [
        reading.in_bucket(matching(request, step, ids if step.find else None), step.bucket, today, step)
        for _, _, step in steps
    ]
    counted = queue_counts.count_each(queries)
    ways = [
        Way(label, value, count, queue_rows.complaints_said(count), address(step))
        for (label, value, step), count in zip(steps, counted, strict=True)
    ]
    readings = [account.last_success_at for account in visible_accounts(request) if account.last_success_at]
    return {
        "title": _why_empty(request, state, len(chips)),
        "hint": _hint(state),
        # The largest first; a step that leads nowhere is said, not offered. The own queue's way stays on top.
        "ways": sorted(ways, key=lambda way: (bool(way.label), -way.count)),
        "is_own": state.is_own_queue,
        "read_at": max(readings) if readings else None,
        "has_accounts": bool(visible_accounts(request)),
    }


def _why_empty(request, state: QueueFilter, chips: int) -> str:
    if not visible_accounts(request):
        return "Nenhuma credenciada foi dada a você"
    if state.is_own_queue:
        return "Você não tem reclamações que aguardem resposta"
    if state.is_default:
        return "Nenhuma reclamação aguarda nossa resposta"
    if state.bucket:
        start = NOTHING_DUE[state.bucket]
    elif state.find:
        start = "Nada foi encontrado"
    else:
        start = "Nenhuma reclamação"
    if chips < 2:
        return start if state.bucket or state.find else f"{start} com este filtro"
    return f"{start} com estes {_IN_WORDS[chips]} filtros juntos"


def _hint(state: QueueFilter) -> str:
    if state.find is None:
        return ""
    return {
        FindKind.NAME: "A busca ignora acentos e maiúsculas e procura o começo de cada palavra do nome.",
        FindKind.CPF: "A busca compara os 11 algarismos do CPF.",
        FindKind.PROTOCOL: "A busca compara o protocolo inteiro, ou o fim dele.",
    }[state.find.kind]


# --- Addresses and words ----------------------------------------------------------------------------------


def address(state: QueueFilter, *, after: Cursor | None = None, shown: int = reading.PAGE) -> str:
    query = QueryDict(state.query, mutable=True)
    if shown > reading.PAGE:
        query["linhas"] = shown
    if after:
        query["depois"] = str(after)
    path = reverse("queue")
    return f"{path}?{query.urlencode()}" if query else path


def news_address(state: QueueFilter, since: int) -> str:
    query = QueryDict(state.query, mutable=True)
    query["desde"] = since
    return f"{reverse('queue_news')}?{query.urlencode()}"
