from django.db import transaction
from django.http import HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET, require_POST

from tests.bench.floor.models import Answer, Complaint, Movement

PAGE = 50
LISTED = "protocol due_on consumer cpf company problem subject situation sent assignee moved moved_at id"


def queue(request):
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    rows = Complaint.objects.filter(status="open").order_by("due_on", "id")
    day, _, pk = request.GET.get("after", "").partition(".")
    if pk:
        rows = rows.extra(where=["(due_on, id) > (%s, %s)"], params=[day, int(pk)])
    return _list(request, rows)


@require_POST
def find(request):
    """By the end of a protocol, or by words of a name."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    typed = request.POST["q"].strip().lower()
    rows = Complaint.objects.order_by("-id")
    if typed.isdigit():
        return _list(request, rows.filter(protocol_end=typed[-6:], protocol__endswith=typed))
    for word in typed.split():
        rows = rows.filter(consumer_folded__contains=word)
    return _list(request, rows)


def _list(request, rows):
    found = list(rows.values_list(*LISTED.split())[: PAGE + 1])
    more = f"{found[PAGE - 1][1]}.{found[PAGE - 1][-1]}" if len(found) > PAGE else ""
    lines = [(*row[:1], f"{row[1]:%d/%m}", *row[2:11], f"{localtime(row[11]):%d/%m %H:%M}") for row in found[:PAGE]]
    return render(request, "floor/queue.html", {"rows": lines, "more": more})


@require_GET
def complaint(request, protocol):
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    found = Complaint.objects.get(protocol=protocol)
    movements = (
        Movement.objects.filter(complaint_id=found.pk).order_by("-code").values_list("at", "author", "type", "text")
    )
    entries = [(f"{localtime(at):%d/%m/%Y %H:%M}", *rest) for at, *rest in movements[:PAGE]]
    return render(request, "floor/complaint.html", {"complaint": found, "entries": entries[::-1]})


def answer(request, protocol):
    """The form, or the keeping of what was written in it."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    found = Complaint.objects.get(protocol=protocol)
    if request.method == "POST":
        with transaction.atomic():
            Answer.objects.bulk_create(
                [Answer(complaint_id=found.pk, user_id=request.user.pk, text=request.POST["text"], saved_at=now())],
                update_conflicts=True,
                unique_fields=["complaint_id", "user_id"],
                update_fields=["text", "saved_at"],
            )
            Complaint.objects.filter(pk=found.pk).update(sent="queued")
        return redirect(f"/complaint/{protocol}/")
    told = Movement.objects.filter(complaint_id=found.pk, code=1).values_list("text", flat=True).first()
    written = (
        Answer.objects.filter(complaint_id=found.pk, user_id=request.user.pk).values_list("text", flat=True).first()
    )
    return render(request, "floor/answer.html", {"complaint": found, "told": told, "written": written or ""})
