"""The queue: the page agents live in."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, push_url, reswap, retarget, trigger_client_event

from backoffice import private_search
from backoffice.people import User
from complaints import filters
from complaints import queue as reading
from complaints.context import visible_accounts
from complaints.deadlines import Bucket
from complaints.filters import ME, NOBODY, QueueFilter
from complaints.models import Complaint
from complaints.queue import Cursor
from complaints.views import queue_page


@require_GET
@never_cache
@permission_required("complaints.view_complaint", raise_exception=True)
def queue(request):
    state = queue_page.state_of(request, request.GET)
    after = Cursor.parse(request.GET.get("depois", ""))
    is_fragment = bool(request.htmx) and not request.htmx.history_restore_request
    shown = _shown_of(request.GET)
    size = reading.PAGE if after else shown
    context = queue_page.read(request, state, after=after, size=size, shown=shown)
    if is_fragment and after:
        return render(request, "complaints/_queue_more.html", context)
    if not is_fragment:
        return render(request, "complaints/queue.html", context)
    response = render(request, "complaints/_queue.html", context)
    trigger_client_event(response, "bo:announce", {"text": context["total_said"]})
    return push_url(response, context["address"])


@require_POST
@never_cache
@permission_required("complaints.view_complaint", raise_exception=True)
def queue_search(request):
    """Look for a protocol, a CPF or a name. What is personal is kept here and gets an opaque key."""
    state = queue_page.state_of(request, QueryDict(request.POST.get("filtros", "")))
    typed = request.POST.get("q", "")
    if not typed.strip():
        return redirect(queue_page.address(state.without("find") if state.find else state))
    try:
        find = filters.parse_find(typed)
    except filters.NotUnderstood as problem:
        return _refuse_search(request, state, typed, str(problem))
    if find.is_whole_protocol:
        complaint = Complaint.objects.visible_to(request.user).filter(protocol=find.value).first()
        if complaint:
            address = reverse("complaint", args=[complaint.protocol])
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    # A stage that was only the default does not hide what is looked for.
    stage = "" if state.stage.slug == filters.AWAITING.slug else state.stage_slug
    key = private_search.keep(text=find.typed, owner=request.user) if find.is_private else ""
    return redirect(queue_page.address(state.with_(find=find, search_key=key, stage_slug=stage)))


@require_GET
@never_cache
@permission_required("complaints.view_complaint", raise_exception=True)
def queue_filters(request):
    """The choices of «+ Filtro»: a dialog, or a page for a browser without script."""
    state = queue_page.state_of(request, request.GET)
    accounts = visible_accounts(request)
    colleagues = (
        User.objects.filter(is_active=True, portal_accounts__in=[account.pk for account in accounts])
        .exclude(pk=request.user.pk)
        .only("username", "first_name", "last_name")
        .order_by("first_name", "last_name", "username")
        .distinct()
    )
    context = {
        "state": state,
        "accounts": accounts,
        "colleagues": colleagues,
        "me": ME,
        "nobody": NOBODY,
        "buckets": list(Bucket),
        "stage_groups": filters.GROUPS,
        "single_stages": filters.SINGLE_STAGES,
        "hidden": _hidden_find(state),
    }
    template = "complaints/_queue_filters.html" if request.htmx else "complaints/queue_filters.html"
    return render(request, template, context)


@require_GET
@never_cache
@permission_required("complaints.view_complaint", raise_exception=True)
def queue_news(request):
    """How many complaints of this filter have something newer than the page shows. Rows never move by themselves."""
    state = queue_page.state_of(request, request.GET)
    since = request.GET.get("desde", "")
    if not (since.isascii() and since.isdigit() and len(since) < 19):
        return HttpResponse("Falta dizer desde quando.", status=400, content_type="text/plain; charset=utf-8")
    count = reading.news(queue_page.matching(request, state), int(since))
    return render(
        request,
        "complaints/_queue_news.html",
        {
            "news_said": _news_said(count),
            "address": queue_page.address(state),
            "news_address": queue_page.news_address(state, int(since)),
        },
    )


def _refuse_search(request, state: QueueFilter, typed: str, problem: str):
    """The form with what was typed and why it cannot be looked for."""
    if request.htmx:
        context = {
            "typed": typed,
            "search_error": problem,
            "find_query": (state.without("find") if state.find else state).query,
        }
        response = render(request, "complaints/_queue_search.html", context, status=422)
        return reswap(retarget(response, "#queue-search"), "outerHTML")
    context = queue_page.read(request, state, after=None, size=reading.PAGE, shown=reading.PAGE)
    return render(request, "complaints/queue.html", context | {"typed": typed, "search_error": problem}, status=422)


def _shown_of(parameters) -> int:
    """How many rows one visit draws: Back and reload show as many as were there."""
    asked = parameters.get("linhas", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        return reading.PAGE
    return min(max(int(asked), reading.PAGE), reading.MOST_ROWS)


def _hidden_find(state: QueueFilter) -> list[tuple[str, str]]:
    if state.find is None:
        return []
    return [("busca", state.search_key)] if state.find.is_private else [("protocolo", state.find.value)]


def _news_said(count: int) -> str:
    if not count:
        return ""
    if count >= reading.NEWS_CAP:
        return f"{reading.NEWS_CAP}+ novidades"
    return "1 novidade" if count == 1 else f"{count} novidades"
