import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from backoffice.people import User
from backoffice.templatetags import ui

ROOT = settings.BASE_DIR
TAG = re.compile(r"""{%\s*icon\s+["']([^"']+)["']""")
# Where Python names an icon: badges, deadlines, statuses. `icon="x"`, `"icon": "x"`.
PYTHON = re.compile(r"""\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']""")


def render(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def named_icons():
    for path in (ROOT / "templates").rglob("*.html"):
        for name in TAG.findall(path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT), name
    for app in ("backoffice", "complaints"):
        for path in (ROOT / app).rglob("*.py"):
            for name in PYTHON.findall(path.read_text(encoding="utf-8")):
                yield path.relative_to(ROOT), name


def test_every_icon_named_in_a_template_or_in_python_has_its_file():
    names = list(named_icons())
    assert len(names) > 20
    missing = {f"{path}: {name}" for path, name in names if not (ui.ICONS / f"{name}.svg").is_file()}
    assert not missing


def test_icons_are_plain_drawings():
    files = sorted(ui.ICONS.glob("*.svg"))
    assert len(files) > 100
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.count("<svg") == 1, path
        assert not re.search(r"<script|\bon\w+=|style=|href=|<image|<foreignObject", text), path
        assert "<path" in ui.icon(path.stem) or "<circle" in ui.icon(path.stem), path


def test_an_icon_is_hidden_from_screen_readers_and_has_its_size():
    drawn = render('{% icon "pencil" 14 %}')
    assert 'aria-hidden="true"' in drawn
    assert 'width="14" height="14"' in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("tag", ['{% icon "nao-existe" %}', '{% icon "../base" %}', '{% icon "pencil" 17 %}'])
def test_an_icon_that_is_not_there_is_an_error(tag):
    with pytest.raises(TemplateSyntaxError):
        render(tag)


def test_a_protocol_is_grouped_without_a_character_added():
    drawn = render('{% protocol "20261100004821731" %}')
    assert re.sub(r"<[^>]+>", "", drawn) == "20261100004821731"
    assert "<span>202611</span><span>00004</span><b>821731</b>" in drawn
    assert 'translate="no"' in drawn


@pytest.mark.parametrize("odd", ["123", "2026110000482173X", "<b>1</b>"])
def test_a_protocol_of_another_shape_is_shown_as_received(odd):
    drawn = render("{% protocol number %}", number=odd)
    assert odd.replace("<", "&lt;").replace(">", "&gt;") in drawn


def test_a_badge_has_its_tone_its_icon_and_its_words_escaped():
    drawn = render("{% badge b %}", b=SimpleNamespace(tone="violet", icon="help-octagon", text="<i>x</i>"))
    assert 'class="bo-badge bo-tone-violet"' in drawn
    assert "&lt;i&gt;x&lt;/i&gt;" in drawn
    assert drawn.count("<svg") == 1
    assert render("{% badge b %}", b=None) == ""


def test_an_avatar_says_whose_it_is_unless_the_name_stands_beside_it():
    person = User(pk=8, username="rafael.okuda", first_name="Rafael", last_name="Okuda")
    assert 'class="bo-avatar bo-tint-2"' in render("{% avatar p %}", p=person)
    assert 'aria-label="Rafael Okuda"' in render("{% avatar p %}", p=person)
    assert "aria-label" not in render("{% avatar p 30 decorative=True %}", p=person)
    assert 'aria-label="Sem responsável"' in render("{% avatar p %}", p=None)


def test_query_changes_one_key_and_keeps_the_others():
    request = RequestFactory().get("/fila/?stage=open&uf=BA&uf=CE&page=2")
    drawn = render('{% autoescape off %}{% query request stage="x" page=None %}{% endautoescape %}', request=request)
    assert drawn == "?stage=x&uf=BA&uf=CE"
    assert render("{% query request page=None %}", request=RequestFactory().get("/?page=2")) == "?"


@pytest.mark.parametrize(
    ("path", "said"),
    [("/fila/", ' aria-current="page"'), ("/reclamacoes/1/", ' aria-current="true"'), ("/envios/", "")],
)
def test_the_navigation_marks_where_one_is(path, said):
    drawn = render('{% current "/fila/" "/reclamacoes/" %}', request=RequestFactory().get(path))
    assert drawn == said


def test_vendored_files_carry_their_licence_and_no_source_map():
    assert "MIT" in (ui.ICONS / "LICENSE.txt").read_text()
    assert "SIL Open Font License" in (ROOT / "static/vendor/inter/LICENSE.txt").read_text()
    for path in Path(ROOT / "static").rglob("*"):
        if path.suffix in (".js", ".css"):
            assert "sourceMappingURL" not in path.read_text(encoding="utf-8")
