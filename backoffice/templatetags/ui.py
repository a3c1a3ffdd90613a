"""Small parts of the screen: icons, protocols, badges, avatars. None of them needs a style attribute."""

import re
from collections.abc import Iterable
from functools import cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ICONS = settings.BASE_DIR / "templates" / "icons"
ICON_SIZES = (14, 16, 20)
_ICON_NAME = re.compile(r"[a-z0-9-]+")
NOBODY = "Sem responsável"
_OUTLINE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'


@cache
def _drawing(name: str) -> str:
    """The inside of one icon file. Read once in a process, for the files only change with the code."""
    path = ICONS / f"{name}.svg"
    if not _ICON_NAME.fullmatch(name) or not path.is_file():
        raise template.TemplateSyntaxError(f"não há o ícone {name!r} em templates/icons")
    text = path.read_text(encoding="utf-8")
    return text[text.index(">") + 1 : text.rindex("</svg>")]


@register.simple_tag
@cache
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """One outline icon, hidden from screen readers: a word or an aria-label stands beside it.

    Raises TemplateSyntaxError for a name without a file or a size that is not 14, 16 or 20 px.
    """
    classes = _classes(size) + (f" {css}" if css else "")
    return format_html(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 24 24" {} aria-hidden="true" focusable="false">{}</svg>',
        classes,
        size,
        size,
        mark_safe(_OUTLINE),  # noqa: S308
        mark_safe(_drawing(name)),  # noqa: S308  (our own files)
    )


def _classes(size: int) -> str:
    if size not in ICON_SIZES:
        raise template.TemplateSyntaxError(f"ícone de {size} px: use {ICON_SIZES}")
    return "bo-icon" if size == 16 else f"bo-icon bo-icon--{size}"


def sprite(names: Iterable[str]) -> SafeString:
    """These icons once on a page, unseen, for `icon_of_sprite` to show them any number of times."""
    symbols = (f'<symbol id="icon-{name}" viewBox="0 0 24 24" {_OUTLINE}>{_drawing(name)}</symbol>' for name in names)
    return mark_safe(f"<div hidden><svg>{''.join(symbols)}</svg></div>")  # noqa: S308  (our own files)


def icon_of_sprite(name: str, size: int = 16) -> SafeString:
    """What `icon` draws, for a page that has it in its `sprite`: a tenth of its length."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="#icon-{}"/></svg>', _classes(size), name)


@register.simple_tag
def protocol(number: str, css: str = "") -> SafeString:
    """A protocol in groups 6-5-6, set apart by margins so that a copy gives its 17 digits.

    Anything that is not 17 digits is shown whole, as received.
    """
    number = str(number)
    classes = f"bo-protocol {css}".strip()
    if len(number) != 17 or not number.isdigit():
        return format_html('<span class="{}" translate="no">{}</span>', classes, number)
    return format_html(
        '<span class="{}" translate="no"><span>{}</span><span>{}</span><b>{}</b></span>',
        classes,
        number[:6],
        number[6:11],
        number[11:],
    )


@register.simple_tag
def badge(value) -> SafeString:
    """A badge from anything with `tone`, `icon` and `text`; nothing for None."""
    if value is None:
        return SafeString("")
    drawn = icon(value.icon, 14, "bo-spin" if value.icon == "loader-2" else "") if value.icon else ""
    return format_html('<span class="bo-badge bo-tone-{}">{}<span>{}</span></span>', value.tone, drawn, value.text)


@register.simple_tag
def avatar(person, size: int = 24, decorative: bool = False, nobody: SafeString | None = None) -> SafeString:
    """Initials on one of six tints, from anything with `initials`, `tint` and a name as its text.

    `decorative=True` where the name stands beside it. None is drawn as nobody, with the words for it and with the
    icon `nobody`.
    """
    size_class = f" bo-avatar--{size}" if size != 24 else ""
    if person is None:
        said = mark_safe('aria-hidden="true"') if decorative else _named(NOBODY)
        return format_html(
            '<span class="bo-avatar bo-avatar--nobody{}" {}>{}</span>',
            size_class,
            said,
            nobody or icon("user-plus", 14),
        )
    said = mark_safe('aria-hidden="true"') if decorative else _named(str(person))
    return format_html(
        '<span class="bo-avatar bo-tint-{}{}" translate="no" {}>{}</span>',
        person.tint,
        size_class,
        said,
        person.initials,
    )


def _named(name: str) -> SafeString:
    return format_html('role="img" aria-label="{}" title="{}"', name, name)


@register.simple_tag
def organisation() -> str:
    return settings.ORGANISATION_NAME


@register.simple_tag
def csrf_cookie_name() -> str:
    """Scripts read the token where it is always current: a log-in in another tab changes the cookie, not the page."""
    return settings.CSRF_COOKIE_NAME


@register.simple_tag
def query(request, **changes) -> str:
    """The current query string with some keys changed; None takes a key out."""
    parameters = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            parameters.pop(key, None)
        else:
            parameters[key] = value
    return f"?{parameters.urlencode()}" if parameters else "?"


@register.simple_tag(takes_context=True)
def current(context, *prefixes: str) -> SafeString:
    """aria-current for a navigation link: "page" on its own address, "true" on the pages under it."""
    path = getattr(context.get("request"), "path", "")
    if path == prefixes[0]:
        return mark_safe(' aria-current="page"')
    if path.startswith(prefixes):
        return mark_safe(' aria-current="true"')
    return SafeString("")
