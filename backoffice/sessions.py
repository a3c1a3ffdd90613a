"""How long a session lasts: it ends after a while without use, and after a working day in any case.

Both instants live in the session itself, as whole seconds since the epoch. The cookie and the row outlive the
idle limit on purpose, so that a person who comes back late is told when the session ended.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

STARTED, SEEN, ENDED = "started_at", "seen_at", "ended_at"
NOTE_AT_MOST_EVERY = timedelta(minutes=5)


def start(session) -> None:
    """Begin a session's life, at log-in. Writes the session."""
    now = _now()
    session[STARTED] = session[SEEN] = now
    session.pop(ENDED, None)
    session.set_expiry(settings.SESSION_HOURS * 3600)


def ends_at(session) -> int:
    """When this session ends if nobody uses it again."""
    idle = session.get(SEEN, 0) + settings.SESSION_IDLE_MINUTES * 60
    return min(idle, session.get(STARTED, 0) + settings.SESSION_HOURS * 3600)


def is_over(session) -> bool:
    return _now() >= ends_at(session)


def note_activity(session) -> None:
    """Keep that the session was used. Writes it at most every five minutes, or sooner where the limit is short."""
    now = _now()
    seldom = min(int(NOTE_AT_MOST_EVERY.total_seconds()), settings.SESSION_IDLE_MINUTES * 60 // 4)
    if now - session.get(SEEN, 0) >= seldom:
        session[SEEN] = now


def end(request) -> None:
    """Log the person out because time is up, and keep the instant for the login page. Writes a fresh session."""
    ended = ends_at(request.session)
    request.session.flush()
    request.session[ENDED] = ended
    request.session.set_expiry(3600)
    request.user = AnonymousUser()


def ended_at(session) -> datetime | None:
    """When the session before this one ended, for the login page."""
    ended = session.get(ENDED)
    return datetime.fromtimestamp(ended, tz=UTC) if ended else None


def _now() -> int:
    return int(timezone.now().timestamp())
