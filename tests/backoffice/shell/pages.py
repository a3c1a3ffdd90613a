"""The product's addresses with a few more, so that the shell is tried without any page of the product."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_POST

from backoffice.people import User
from backoffice.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]


TONES = [(tone, tone.capitalize()) for tone in ("accent", "red", "orange", "amber", "green", "blue", "violet", "grey")]


def sample(request):
    return render(request, "shell_sample.html", {"layout": request.GET.get("layout", "list"), "tones": TONES})


def region(request):
    if request.GET.get("fail"):
        raise RuntimeError("a failure with 123.456.789-09 in it")
    return HttpResponse(f'<div id="region"><h2>Região</h2><p>lida {request.GET.get("n", "")}</p></div>')


@require_POST
def save(request):
    User.objects.filter(pk=request.user.pk).update(first_name=request.POST["text"])
    return HttpResponse('<p id="saved">salvo</p>')


@require_POST
def send(request):
    User.objects.filter(pk=request.user.pk).update(last_name=request.POST["text"])
    return HttpResponse('<p id="sent">enviado</p>')


def poll(request):
    return HttpResponse("…")


def kept(request):
    response = HttpResponse("x", content_type=request.GET["kind"])
    if "without" not in request.GET:
        response["Cache-Control"] = "max-age=60"
    return response


def forbidden(request):
    raise PermissionDenied


def forbidden_with_words(request):
    raise PermissionDenied("Só a supervisão reenvia.")


@login_not_required
def broken(request):
    raise RuntimeError("a failure with 123.456.789-09 in it")


urlpatterns = [
    path("amostra/", sample),
    path("amostra/regiao/", region),
    path("amostra/salvar/", save),
    path("amostra/enviar/", send),
    path("amostra/consulta/", poll),
    path("amostra/guardada/", kept),
    path("amostra/proibida/", forbidden),
    path("amostra/proibida-com-motivo/", forbidden_with_words),
    path("amostra/quebrada/", broken),
    path("", include("backoffice.urls")),
]
