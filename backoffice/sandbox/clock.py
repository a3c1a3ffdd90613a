"""The sandbox's only clock. Nothing else in the package asks the machine what time it is.

The clock can be moved (an offset) or stopped (an instant); both are kept in the state, so that a
restart continues in the same simulated time. Everything is America/Sao_Paulo, which has had no
daylight saving since 2019: a fixed offset needs no time-zone files.
"""

from datetime import UTC, datetime, timedelta, timezone

SAO_PAULO = timezone(timedelta(hours=-3), "America/Sao_Paulo")


class Clock:
    def __init__(self, state):
        self._state = state

    def now(self) -> datetime:
        """The simulated instant, aware, to the whole second (the portal prints no fractions)."""
        stopped_at = self._state.setting("clock_stopped_at")
        if stopped_at:
            return datetime.fromisoformat(stopped_at)
        offset = float(self._state.setting("clock_offset_seconds") or 0)
        return (real_now() + timedelta(seconds=offset)).replace(microsecond=0)

    def set(self, instant: datetime, *, stopped: bool = False) -> None:
        """Make it `instant` now; with `stopped` it stays that until it is set again."""
        instant = local(instant).replace(microsecond=0)
        self._state.keep_setting("clock_offset_seconds", str((instant - real_now()).total_seconds()))
        self._state.keep_setting("clock_stopped_at", instant.isoformat() if stopped else "")

    def advance(self, seconds: float) -> None:
        """Move forward (or, with a negative number, back), stopped or not."""
        self.set(self.now() + timedelta(seconds=seconds), stopped=self.is_stopped)

    def follow_machine(self) -> None:
        """Back to the machine's own time."""
        self._state.keep_setting("clock_offset_seconds", "0")
        self._state.keep_setting("clock_stopped_at", "")

    @property
    def is_stopped(self) -> bool:
        return bool(self._state.setting("clock_stopped_at"))


def real_now() -> datetime:
    return datetime.now(UTC).astimezone(SAO_PAULO)


def local(instant: datetime) -> datetime:
    """The instant in São Paulo; one without a zone is taken as being there already."""
    return instant.astimezone(SAO_PAULO) if instant.tzinfo else instant.replace(tzinfo=SAO_PAULO)
