"""Logging in, coming back in without leaving the page, and passwords."""

from axes.helpers import get_cool_off
from axes.utils import reset as reset_attempts
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from backoffice import login_audit, sessions
from backoffice.forms import LoginForm
from backoffice.middleware import is_from_script


class FormView422:
    """An invalid form answers with itself and says so in the status."""

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class LoginView(FormView422, auth_views.LoginView):
    form_class = LoginForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def get_redirect_url(self):
        """Never back to the login page itself, which would turn in a circle."""
        wanted = super().get_redirect_url()
        return "" if wanted.startswith((reverse("login"), reverse("logout"))) else wanted

    def get_context_data(self, **kwargs):
        return super().get_context_data(ended_at=sessions.ended_at(self.request.session), **kwargs)


@login_not_required
@require_POST
@never_cache
@sensitive_post_parameters("password")
def login_again(request):
    """The dialog over a covered page. Answers who is logged in now: the page compares it with its own person.

    422 with the words when name and password do not match; 429 during the pause (see `login_locked`).
    """
    form = LoginForm(request, data=request.POST)
    if not form.is_valid():
        return JsonResponse({"error": " ".join(e for errors in form.errors.values() for e in errors)}, status=422)
    start_session(request, form.get_user())
    return JsonResponse({"user": form.get_user().pk})


def login_locked(request, original_response=None, credentials=None):
    """Too many wrong passwords. The same words whether the name exists or not.

    A try during the pause starts it anew, hence the time counted from now.
    """
    pause = get_cool_off(request)
    until = timezone.localtime(timezone.now() + pause)
    words = f"Foram {settings.AXES_FAILURE_LIMIT} tentativas sem sucesso. Você pode tentar de novo às {until:%H:%M}."
    if is_from_script(request):
        response = JsonResponse({"error": words}, status=429)
    else:
        response = render(request, "registration/locked.html", {"words": words}, status=429)
    response["Retry-After"] = str(int(pause.total_seconds()))
    return response


class LogoutView(auth_views.LogoutView):
    next_page = reverse_lazy("login")


class PasswordChangeView(FormView422, auth_views.PasswordChangeView):
    template_name = "registration/password_change.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form):
        response = super().form_valid(form)
        login_audit.password_changed(by=form.user, request=self.request, how="changed")
        messages.success(self.request, "Senha trocada. As suas outras sessões foram encerradas.")
        return response


class PasswordResetView(FormView422, auth_views.PasswordResetView):
    """Says the same whether the address is known or not. The link carries the installation's own address."""

    template_name = "registration/password_reset.html"
    email_template_name = "registration/password_reset_email.txt"
    subject_template_name = "registration/password_reset_subject.txt"
    extra_email_context = {"public_url": settings.PUBLIC_URL, "organisation": settings.ORGANISATION_NAME}


class PasswordResetDoneView(auth_views.PasswordResetDoneView):
    template_name = "registration/password_reset_sent.html"


class PasswordResetConfirmView(FormView422, auth_views.PasswordResetConfirmView):
    template_name = "registration/password_new.html"

    def form_valid(self, form):
        response = super().form_valid(form)
        login_audit.password_changed(by=form.user, request=self.request, how="reset")
        # The page of the pause sends people here: whoever holds the mailbox need not wait any longer.
        reset_attempts(username=form.user.get_username())
        return response


class PasswordResetCompleteView(auth_views.PasswordResetCompleteView):
    template_name = "registration/password_new_done.html"


@login_not_required
@require_GET
def admin_login(request):
    """Django admin has no login page of its own: the limits and the audit of ours hold for it too."""
    if not request.user.is_authenticated:
        return auth_views.redirect_to_login(request.GET.get("next") or resolve_url("admin:index"), resolve_url("login"))
    if not request.user.is_staff:
        raise PermissionDenied("A administração é de quem tem esse papel. Peça à supervisão.")
    return redirect("admin:index")
