"""A line of the queue, made ready for its template: every text and date is formed once, here.

Drawing fifty lines is most of what the page costs, so the parts that many lines share (icons, deadlines, bars,
people) are drawn once.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from backoffice.templatetags import ui
from complaints import badges, deadlines, masking
from complaints.deadlines import Bucket, DeadlineWords
from complaints.models import Complaint, Stage
from complaints.models.complaint import NO_DEADLINE
from complaints.queue import Line
from complaints.queue_counts import COUNT_CAP, Counts

EMPTY = "–"
# Names of problems that share a beginning in the portal's lists: what tells them apart comes after the dash.
_SHARED_BEGINNINGS = ("Produto danificado / não funciona - ", "SAC - ")

_NOBODY_ICON = "user-plus"


@cache
def sprite() -> SafeString:
    """The icons that nearly every line has: what shows lines has these."""
    return ui.sprite(sorted({bucket.icon for bucket in Bucket} | {deadlines.STANDING_ICON, _NOBODY_ICON}))


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading. Without a label they go on under the heading before."""

    rows: SafeString
    label: str = ""
    tone: str = ""
    icon: SafeString = SafeString("")
    count: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides how a line looks to the person who reads it."""

    pk: int
    may_take: bool
    may_assign: bool

    @classmethod
    def of(cls, user) -> "Reader":
        return cls(user.pk, user.has_perm("complaints.take_complaint"), user.has_perm("complaints.assign_complaint"))


# --- Lines ------------------------------------------------------------------------------------------------


def rows_of(
    lines: Iterable[Line],
    *,
    reader: Reader,
    now: datetime,
    companies: Mapping[int, str],
    down: Collection[int] = (),
) -> Iterator[str]:
    """The `<tr>` of each line. `companies`: names of the accounts; `down`: those whose portal does not answer.

    Written here and not in a template, because a template takes longer for fifty of them than everything else on
    the page together. Every value is escaped on its way in.
    """
    deadlines_drawn: dict[tuple, tuple[str, str]] = {}
    people: dict[int | None, _Act] = {}
    for line in lines:
        opened_on = deadlines.local_today(line.opened_at)
        # Since when the mediator has it differs from line to line.
        same = (line.stage, line.deadline_on, opened_on, line.stage == Stage.WITH_MEDIATOR and line.pk)
        if same not in deadlines_drawn:
            words = deadlines.describe(line, now)
            deadlines_drawn[same] = words.tone, deadline_cell(words, deadlines.day_bar(line, now))
        tone, deadline = deadlines_drawn[same]
        if line.assignee_id not in people:
            people[line.assignee_id] = _act_of(line.assignee, reader)
        badge = badges.of_row(
            line,
            draft_owner_name=_author(line, reader) if line.draft_at else "",
            is_portal_down=line.account_id in down,
            now=now,
        )
        protocol = escape(line.protocol)
        name, subject = escape(line.consumer_name) or EMPTY, escape(line.subject_text) or EMPTY
        moved = line.last_movement_at
        yield (
            f'<tr data-href="/reclamacoes/{protocol}/">'
            f'<td class="bo-queue__due bo-tone-{tone}">{deadline}</td>'
            f'<td class="bo-queue__name"><a class="bo-row-link" id="r{protocol}" href="/reclamacoes/{protocol}/"'
            f' title="{name}">{name}</a>{protocol_html(line.protocol)}</td>'
            f'<td class="bo-queue__company"><span title="{escape(line.company_name)}">'
            f"{escape(companies.get(line.account_id, EMPTY))}</span>"
            f'<span class="bo-queue__cpf">{escape(masking.cpf(line.consumer_cpf)) or EMPTY}</span></td>'
            f'<td class="bo-queue__problem"><span title="{escape(line.problem_text)}">'
            f"{escape(short_problem(line.problem_text)) or EMPTY}</span>"
            f'<span title="{subject}">{subject}</span></td>'
            f'<td class="bo-queue__situation"><span>{escape(line.situation_text) or EMPTY}</span>'
            f"{badge_html(badge) if badge else ''}</td>"
            f'<td class="bo-queue__who">{_who(protocol, people[line.assignee_id])}</td>'
            f'<td class="bo-queue__moved"><span>{escape(line.last_movement_label) or EMPTY}</span>'
            + (f'<time datetime="{moved.isoformat()}">{ago(moved, now)}</time>' if moved else "")
            + "</td></tr>\n"
        )


def _author(line: Line, reader: Reader) -> str:
    """Whose draft it is, in one word; "" when it is the reader's own."""
    author = line.draft_by
    return first_name(author) if author and author.pk != reader.pk else ""


def protocol_html(number: str) -> str:
    """What the tag `protocol` draws; the form nearly all have is put together here."""
    if len(number) == 17 and number.isascii() and number.isdigit():
        return (
            f'<span class="bo-protocol" translate="no"><span>{number[:6]}</span><span>{number[6:11]}</span>'
            f"<b>{number[11:]}</b></span>"
        )
    return ui.protocol(number)


def short_problem(text: str) -> str:
    for beginning in _SHARED_BEGINNINGS:
        if text.startswith(beginning):
            rest = text[len(beginning) :].lstrip()
            return rest[:1].upper() + rest[1:]
    return text


def first_name(person) -> str:
    return person.first_name or str(person)


def ago(instant: datetime, now: datetime) -> str:
    """`agora`, `há 34 min`, `há 5 h`, `ontem`, `há 10 dias`; a date beyond a month."""
    today, day = deadlines.local_today(now), deadlines.local_today(instant)
    days = (today - day).days
    if days <= 0:
        minutes = int((now - instant) / timedelta(minutes=1))
        if minutes < 1:
            return "agora"
        return f"há {minutes} min" if minutes < 60 else f"há {minutes // 60} h"
    if days == 1:
        return "ontem"
    return f"há {days} dias" if days <= 30 else deadlines.short_date(day, today)


def badge_html(badge: badges.Badge) -> str:
    drawn = ui.icon(badge.icon, 14, "bo-spin" if badge.icon == "loader-2" else "")
    return f'<span class="bo-badge bo-tone-{badge.tone}">{drawn}<span>{escape(badge.text)}</span></span>'


def deadline_cell(words: DeadlineWords, bar: Collection[deadlines.Segment]) -> str:
    said = f'<time datetime="{words.iso}">{words.row}</time>' if words.iso else words.row
    # "Faltam 6 dias" needs no picture: an icon marks what is near, late or standing.
    drawn = "" if words.icon.startswith("calendar") else ui.icon_of_sprite(words.icon)
    return (
        f'<span class="bo-due">{drawn}{said}</span>'
        f'<span class="bo-due-detail">{words.row_detail}{bar_svg(tuple(bar))}</span>'
    )


@lru_cache(maxsize=2048)
def bar_svg(bar: tuple[deadlines.Segment, ...]) -> str:
    """The small bar: decoration, its words stand beside it. A dashed line a kind of day, for its days are alike."""
    if not bar:
        return ""
    width, height, day = deadlines.BAR_WIDTH, deadlines.BAR_HEIGHT, bar[0].width
    lines = ""
    for kind, days in itertools.groupby(bar, key=lambda segment: segment.kind):
        days = list(days)
        lines += f'<path class="{kind}" d="M{days[0].x:g} {height / 2:g}H{days[-1].x + day:g}"/>'
    return (
        f'<svg class="bo-day-bar" width="{width}" height="{height}" aria-hidden="true"'
        f' stroke-dasharray="{day:g} {width / len(bar) - day:.4g}">{lines}</svg>'
    )


# --- Who is on it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Act:
    """What is drawn for somebody, and what this reader may do about it: "assumir", "atribuir" or nothing."""

    inside: str
    label: str = ""
    verb: str = ""


def who_cell(complaint: Complaint, reader: Reader) -> SafeString:
    """Who is on it, and the one act this reader has there: take it, or choose somebody."""
    drawn = _who(escape(complaint.protocol), _act_of(complaint.assignee, reader))
    return mark_safe(drawn)  # noqa: S308  (escaped where it was put together)


def _act_of(person, reader: Reader) -> _Act:
    nobody = ui.icon_of_sprite(_NOBODY_ICON, 14)
    if reader.may_assign:
        label = f"Atribuir: está com {person}" if person else "Atribuir: sem responsável"
        return _Act(ui.avatar(person, decorative=True, nobody=nobody), escape(label), "atribuir")
    if person is None and reader.may_take:
        return _Act(ui.avatar(None, decorative=True, nobody=nobody), "Assumir", "assumir")
    return _Act(ui.avatar(person, nobody=nobody))


def _who(protocol: str, act: _Act) -> str:
    """`protocol` is escaped already."""
    address = f"/reclamacoes/{protocol}/{act.verb}/"
    labels = f'aria-label="{act.label}" title="{act.label}"'
    if act.verb == "atribuir":
        control = (
            f'<a class="bo-who-act" href="{address}" hx-get="{address}" hx-target="#dialog" hx-swap="innerHTML"'
            f' hx-push-url="false" {labels}>{act.inside}</a>'
        )
    elif act.verb == "assumir":
        control = (
            f'<button class="bo-who-act" form="take" formaction="{address}" hx-post="{address}"'
            f' hx-target="#who-{protocol}" hx-push-url="false" {labels}>{act.inside}</button>'
        )
    else:
        control = act.inside
    return f'<span class="bo-who" id="who-{protocol}">{control}</span>'


# --- Groups -----------------------------------------------------------------------------------------------

_STANDING = "parado"


def groups_of(
    lines: list[Line],
    rows: Iterable[str],
    *,
    counts: Counts,
    today: date,
    continues: date | None = None,
) -> list[Group]:
    """Rows under their headings. `continues`: deadline of the row before these, whose heading stands already."""
    groups: list[Group] = []
    before = _key_of(continues, today) if continues else None
    together = zip(lines, rows, strict=True)
    for key, members in itertools.groupby(together, key=lambda pair: _key_of(pair[0].queue_on, today)):
        body = mark_safe("".join(row for _, row in members))  # noqa: S308  (rows_of escapes)
        groups.append(Group(body) if key == before else _headed(key, body, counts, today))
    return groups


def _key_of(day: date, today: date) -> str:
    return _STANDING if day == NO_DEADLINE else Bucket.of(day, today).value


def _headed(key: str, rows: SafeString, counts: Counts, today: date) -> Group:
    if key == _STANDING:
        return Group(
            rows,
            label="Sem prazo correndo",
            tone="ink",
            icon=ui.icon("player-pause"),
            count=capped(counts.standing),
            explanation="nada vence para a empresa",
        )
    bucket = Bucket(key)
    count = counts.by_bucket[bucket]
    if bucket is Bucket.LATER and count <= COUNT_CAP:
        count -= counts.standing
    return Group(
        rows,
        label=bucket.label,
        tone=bucket.tone,
        icon=ui.icon(bucket.icon),
        count=capped(count),
        explanation=deadlines.bucket_explanation(bucket, today),
    )


def capped(count: int) -> str:
    """`1.204`; above the cap `10.000+`."""
    if count > COUNT_CAP:
        return f"{grouped(COUNT_CAP)}+"
    return grouped(count)


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def complaints_said(count: int) -> str:
    """`nenhuma reclamação`, `1 reclamação`, `1.204 reclamações`."""
    if count == 0:
        return "nenhuma reclamação"
    return f"{capped(count)} {'reclamação' if count == 1 else 'reclamações'}"
