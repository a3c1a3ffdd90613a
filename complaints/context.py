"""What every page's frame shows: environment, how the portal is, and what waits for this person.

Lazy on purpose: fragments are rendered with the same processors and ask for none of it.
"""

from dataclasses import dataclass
from functools import cache

from django.db.models import Q
from django.utils.functional import SimpleLazyObject

from backoffice.accounts import RemoteAccount
from backoffice.outbox import State
from complaints.badges import clock
from complaints.models import PortalAccount, Submission


def visible_accounts(request) -> list[PortalAccount]:
    """The accounts this person sees, read once a request."""
    if not hasattr(request, "_visible_accounts"):
        request._visible_accounts = list(PortalAccount.objects.visible_to(request.user).without_secrets())
    return request._visible_accounts


def shell(request) -> dict:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"environment_strip": SimpleLazyObject(_strip_before_login)}
    frame = SimpleLazyObject(lambda: Frame(request))
    return {
        "environment_strip": SimpleLazyObject(lambda: frame.environment_strip),
        "portal_status": SimpleLazyObject(lambda: frame.portal_status),
        "portal_down": SimpleLazyObject(lambda: frame.down),
        "pendencias": SimpleLazyObject(lambda: frame.pendencias),
    }


@dataclass
class Pending:
    """How many of one's submissions need a person. `has_unknown`: some outcome is not known."""

    count: int
    has_unknown: bool

    def __bool__(self) -> bool:
        return self.count > 0


class Frame:
    def __init__(self, request):
        self.request = request
        self.user = request.user
        self.accounts = [account for account in visible_accounts(request) if account.is_active]

    @property
    def environment_strip(self) -> dict | None:
        return _strip([account for account in self.accounts if not account.is_production], len(self.accounts))

    @property
    def down(self) -> list[PortalAccount]:
        return [account for account in self.accounts if account.paused_at or account.is_down]

    @property
    def portal_status(self) -> dict | None:
        """The two lines above the person's name."""
        if not self.accounts:
            return None
        paused = [account for account in self.accounts if account.paused_at]
        if paused:
            return _status(
                "amber",
                "alert-triangle",
                f"Chave recusada: {paused[0]}",
                f"desde {clock(paused[0].paused_at)}",
            )
        down = [account for account in self.accounts if account.is_down]
        if down:
            since = min(account.down_since for account in down)
            return _status("red", "plug-connected-x", "Portal fora do ar", f"desde {clock(since)}")
        readings = [account.last_success_at for account in self.accounts if account.last_success_at]
        if not readings:
            return _status("grey", "plug-connected", "Portal ainda não lido", "")
        return _status("grey", "plug-connected", "Portal em dia", f"última leitura {clock(max(readings))}")

    @property
    def pendencias(self) -> Pending:
        # Only what the person may open: an account can be taken away.
        accounts = [account.pk for account in visible_accounts(self.request)]
        mine = Q(by=self.user)
        if self.user.has_perm("complaints.settle_submission"):
            # Supervisors are the ones who can decide what became of anybody's send.
            mine |= Q(state__in=(State.UNCERTAIN, State.ABSENT))
        pending = _needing_a_person().filter(mine, complaint__account__in=accounts)
        states = list(pending.values_list("state", flat=True)[:100])
        return Pending(len(states), any(state in (State.UNCERTAIN, State.ABSENT) for state in states))


@cache
def _needing_a_person():
    """The query that every page asks, put together once: that takes longer than its answer."""
    return Submission.objects.needing_a_person()


def _status(tone: str, icon: str, line1: str, line2: str) -> dict:
    return {"tone": tone, "icon": icon, "line1": line1, "line2": line2}


def _strip_before_login() -> dict | None:
    others = PortalAccount.objects.filter(is_active=True).exclude(environment=RemoteAccount.Environment.PRODUCTION)
    if not others.exists():
        return None
    text = "Nada enviado por aqui chega a um consumidor."
    return {"title": "Ambiente de treinamento", "text": text, "short": text}


def _strip(others: list[PortalAccount], everything: int) -> dict | None:
    """Named while they are few; a strip that is cut off warns of nothing."""
    if not others:
        return None
    names = [account.name for account in others]
    who, pronoun = "Nenhuma credenciada aponta", "por aqui"
    if len(names) < everything:
        pronoun = "por ela" if len(names) == 1 else "por elas"
        if len(names) == 1:
            who = f"A credenciada {names[0]} não aponta"
        elif len(names) <= 3:
            who = f"As credenciadas {', '.join(names[:-1])} e {names[-1]} não apontam"
        else:
            who = f"{len(names)} das suas {everything} credenciadas não apontam"
    text = f"{who} para o portal de produção. Nada enviado {pronoun} chega a um consumidor."
    return {"title": "Ambiente de treinamento", "text": text, "short": f"Nada enviado {pronoun} chega a um consumidor."}
