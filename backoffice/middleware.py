"""Who may come in, for how long, and what every answer carries."""

import logging
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import middleware as auth_middleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from backoffice import sessions

logger = logging.getLogger(__name__)


def is_from_script(request) -> bool:
    """Whether a script asked, and not the browser itself: it gets an answer it can read, never a page."""
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Requested-With") == "backoffice")


def is_background(request) -> bool:
    """A poll: it tells nothing about whether the person is still there."""
    return request.headers.get("X-Background") == "1"


class SessionActivityMiddleware:
    """End sessions that are over and note the use of the others.

    A poll is answered while the session lasts, but neither prolongs nor writes it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # No cookie, no session: what needs none (liveness) stays away from the database.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if sessions.is_over(request.session):
                sessions.end(request)
            elif not is_background(request):
                sessions.note_activity(request.session)
        return self.get_response(request)


class LoginRequiredMiddleware(auth_middleware.LoginRequiredMiddleware):
    """Log-in for every view that does not opt out.

    A script whose session ended gets 401 with `X-Session: expired`; one whose page belongs to another person
    (`X-Page-User`) gets 409 with `X-Session: other`, before anything is done in the wrong name.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        page_user = request.headers.get("X-Page-User")
        needs_login = getattr(view_func, "login_required", True)
        if needs_login and page_user and request.user.is_authenticated and page_user != str(request.user.pk):
            return _session_answer(409, "other", "Outra pessoa entrou neste navegador. Nada foi feito.")
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        if is_from_script(request):
            return _session_answer(401, "expired", "Sua sessão terminou.")
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        # An address that only takes POST would answer 405 after the log-in: go back to the page of the form.
        return redirect_to_login(_page_before(request), resolve_url(settings.LOGIN_URL))


def _session_answer(status: int, word: str, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers={"X-Session": word})


def _page_before(request) -> str:
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return resolve_url(settings.LOGIN_REDIRECT_URL)


class PrivateResponsesMiddleware:
    """What every answer carries: a request id, nothing for search engines, and what is private is not kept.

    `X-User` names the owner of the session to our own scripts, by number.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = secrets.token_hex(4)
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        response["X-Robots-Tag"] = "noindex, nofollow"
        if request.user.is_authenticated:
            response["X-User"] = str(request.user.pk)
            is_html = response.get("Content-Type", "").startswith("text/html")
            if is_html or not response.has_header("Cache-Control"):
                patch_cache_control(response, no_store=True, private=True)
        return response

    def process_exception(self, request, exception):
        """Tie the number the person sees to the traceback that Django logs next."""
        if not isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation):
            logger.error("pedido %s: %s em %s", request.request_id, type(exception).__name__, _route(request))


def _route(request) -> str:
    match = getattr(request, "resolver_match", None)
    return match.route if match else "?"
