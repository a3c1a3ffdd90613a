"""Taking a complaint and choosing who has it, from the queue or from the complaint's own page."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh, reswap, retarget, trigger_client_event

from complaints.models import Complaint
from complaints.queue_rows import Reader, who_cell
from complaints.services import assignment


class AssignForm(forms.Form):
    """One of the people who can work on it; the button «Deixar sem responsável» says nobody."""

    para = forms.ModelChoiceField(
        label="Quem fica com ela",
        queryset=None,
        empty_label=None,
        error_messages={
            "required": "Escolha quem fica com a reclamação.",
            "invalid_choice": "Esta pessoa não pode ficar com a reclamação. Escolha outra.",
        },
    )

    def __init__(self, *args, complaint: Complaint, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["para"].queryset = assignment.assignable_people(complaint)
        self.fields["para"].required = "ninguem" not in self.data


@require_POST
@never_cache
@permission_required(["complaints.view_complaint", "complaints.take_complaint"], raise_exception=True)
def take_complaint(request, protocol):
    complaint = _find(request, protocol)
    try:
        assignment.take(complaint=complaint, by=request.user)
    except assignment.AlreadyTaken as refused:
        return _answer(request, complaint, f"{refused.holder} já assumiu esta reclamação.", "amber")
    return _answer(request, complaint, "Você assumiu a reclamação.", "green")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(["complaints.view_complaint", "complaints.assign_complaint"], raise_exception=True)
def assign_complaint(request, protocol):
    complaint = _find(request, protocol)
    posted = request.POST if request.method == "POST" else None
    form = AssignForm(posted, complaint=complaint, initial={"para": complaint.assignee_id or request.user.pk})
    if posted is not None and form.is_valid():
        to = None if "ninguem" in posted else form.cleaned_data["para"]
        try:
            assignment.assign(complaint=complaint, to=to, by=request.user)
        except assignment.CannotBeAssigned as refused:
            form.add_error("para", str(refused))
        else:
            words = f"A reclamação está com {to}." if to else "A reclamação ficou sem responsável."
            return _answer(request, complaint, words, "green")
    template = "complaints/_assign.html" if request.htmx else "complaints/assign_complaint.html"
    context = {"form": form, "complaint": complaint, "back": _back(request, complaint)}
    return render(request, template, context, status=422 if form.errors else 200)


def _find(request, protocol: str) -> Complaint:
    return get_object_or_404(Complaint.objects.visible_to(request.user).select_related("assignee"), protocol=protocol)


def _answer(request, complaint: Complaint, words: str, tone: str) -> HttpResponse:
    """The queue's cell as it is now; any other page shows itself anew."""
    is_on_queue = (request.htmx.current_url_abs_path or "").split("?")[0] == reverse("queue")
    if not is_on_queue:
        level = messages.WARNING if tone == "amber" else messages.SUCCESS
        messages.add_message(request, level, words)
        return HttpResponseClientRefresh() if request.htmx else redirect(_back(request, complaint))
    response = HttpResponse(who_cell(complaint, Reader.of(request.user)))
    trigger_client_event(response, "bo:toast", {"text": words, "tone": tone})
    trigger_client_event(response, "bo:close-dialog", {})
    return reswap(retarget(response, f"#who-{complaint.protocol}"), "outerHTML")


def _back(request, complaint: Complaint) -> str:
    """Where the person came from, if that is one of our pages; else the complaint."""
    address = request.POST.get("volta") or request.GET.get("volta") or ""
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("complaint", args=[complaint.protocol])
