"""The shell's own pages: home, liveness, one's preferences, errors. Logging in and passwords: `login_views`."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from backoffice.middleware import is_from_script
from backoffice.people import User

NOT_FOUND = "Esta página não existe, ou você não tem acesso a ela."
NO_RIGHT = "Você não tem permissão para isto. Peça à supervisão."
NOT_UNDERSTOOD = "O pedido chegou de um jeito que não dá para atender."
STALE_FORM = "Esta tela ficou aberta tempo demais, ou o navegador não enviou o cookie de segurança."
FAILED = "Algo falhou do nosso lado. O que estava salvo continua salvo."


@require_GET
def home(request):
    return redirect("queue")


@login_not_required
@require_safe
def health(request):
    """Liveness, without detail and without the database."""
    return HttpResponse("ok", content_type="text/plain")


def next_page(request) -> str:
    """Where the form said to go on, if that is a page of ours; else the home page."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def theme(request):
    """Keep the person's theme; the page before keeps showing without script."""
    chosen = request.POST.get("theme", "")
    if chosen not in User.Theme.values:
        return HttpResponseBadRequest("Tema desconhecido.", content_type="text/plain; charset=utf-8")
    request.user.theme = chosen
    request.user.save(update_fields=["theme"])
    return HttpResponse(status=204) if is_from_script(request) else redirect(next_page(request))


@require_http_methods(["GET", "POST"])
def shortcuts(request):
    """The list of keys, and the switch for those of a single key (WCAG 2.1.4)."""
    if request.method == "GET":
        return render(request, "shell/shortcuts.html")
    request.user.has_single_key_shortcuts = request.POST.get("enabled") == "on"
    request.user.save(update_fields=["has_single_key_shortcuts"])
    state = "ligados" if request.user.has_single_key_shortcuts else "desligados"
    messages.success(request, f"Atalhos de uma tecla {state}.")
    return redirect(next_page(request))


# --- Errors -----------------------------------------------------------------------------------------------


def bad_request(request, exception=None):
    return _error(request, 400, "Pedido não entendido", NOT_UNDERSTOOD)


def permission_denied(request, exception=None):
    """The words of the PermissionDenied, where the code gave some."""
    return _error(request, 403, "Sem permissão", str(exception or "") or NO_RIGHT)


def page_not_found(request, exception=None):
    return _error(request, 404, "Página não encontrada", NOT_FOUND)


@requires_csrf_token
def csrf_failure(request, reason=""):
    """The reason is for the log, which Django writes itself."""
    return _error(request, 403, "Não deu para confirmar que o pedido partiu desta tela", STALE_FORM, is_stale=True)


def server_error(request):
    """Without context processors, the session or the database: any of them may be what failed."""
    number = getattr(request, "request_id", "")
    if is_from_script(request):
        return HttpResponse(FAILED, status=500, content_type="text/plain; charset=utf-8")
    page = render_to_string(
        "errors/page.html",
        {
            "parent": "shell/bare.html",
            "title": "Não deu para mostrar esta página",
            "words": FAILED,
            "is_failure": True,
            "request_id": number,
        },
    )
    return HttpResponse(page, status=500)


def _error(request, status: int, title: str, words: str, **context) -> HttpResponse:
    if is_from_script(request):
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    user = getattr(request, "user", None)
    context |= {
        "parent": "base.html" if user is not None and user.is_authenticated else "shell/bare.html",
        "title": title,
        "words": words,
        "request_id": getattr(request, "request_id", ""),
    }
    return render(request, "errors/page.html", context, status=status)
