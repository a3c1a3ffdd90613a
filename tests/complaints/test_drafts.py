"""Nothing typed is lost: not to another tab, not to another person, not to a refused file."""

import pytest

from complaints.models import Complaint, Draft, DraftVersion
from complaints.models.submission import Kind
from complaints.services import drafts
from tests.complaints.factories import make_account, make_complaint, make_person

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def complaint(person):
    return make_complaint(make_account(people=[person]))


def save(complaint, by, text, base_revision=0, tab="a"):
    return drafts.save_draft(
        complaint=complaint, kind=Kind.ANSWER, by=by, text=text, base_revision=base_revision, tab=tab
    )


def test_each_save_raises_the_revision_and_shows_on_the_complaint(complaint, person):
    first = save(complaint, person, "Prezada")
    second = save(complaint, person, "Prezada consumidora", first.draft.revision)
    assert (first.draft.revision, second.draft.revision) == (1, 2)
    complaint.refresh_from_db()
    assert (complaint.draft_by, complaint.draft_at) == (person, second.draft.saved_at)


def test_an_unchanged_text_writes_nothing(complaint, person, django_assert_num_queries):
    saved = save(complaint, person, "Prezada")
    again = save(complaint, person, "Prezada", saved.draft.revision)
    assert again.draft.revision == saved.draft.revision
    assert again.draft.saved_at == saved.draft.saved_at


def test_a_stale_tab_overwrites_nothing_and_loses_nothing(complaint, person):
    save(complaint, person, "da aba A", 0, tab="a")
    stale = save(complaint, person, "da aba B", 0, tab="b")
    assert stale.is_stale
    assert Draft.objects.get().text == "da aba A"
    assert [version.text for version in stale.draft.versions.all()] == ["da aba B"]


def test_a_stale_tab_that_goes_on_keeps_one_version(complaint, person):
    save(complaint, person, "da aba A", 0, tab="a")
    for text in ("da", "da aba", "da aba B, inteira"):
        save(complaint, person, text, 0, tab="b")
    assert [version.text for version in DraftVersion.objects.all()] == ["da aba B, inteira"]


def test_two_people_write_beside_each_other(complaint, person):
    colleague = make_person(accounts=[complaint.account])
    save(complaint, person, "minha")
    save(complaint, colleague, "dela")
    assert {draft.owner: draft.text for draft in Draft.objects.all()} == {person: "minha", colleague: "dela"}


def test_using_a_version_keeps_the_present_text_in_its_place(complaint, person):
    save(complaint, person, "primeiro", tab="a")
    save(complaint, person, "outro", tab="b")
    draft = drafts.use_version(version=DraftVersion.objects.get(), by=person)
    assert draft.text == "outro"
    assert [(version.text, version.cause) for version in draft.versions.all()] == [("primeiro", "replaced")]


def test_nobody_uses_anothers_version(complaint, person):
    save(complaint, person, "primeiro", tab="a")
    save(complaint, person, "outro", tab="b")
    with pytest.raises(Draft.DoesNotExist):
        drafts.use_version(version=DraftVersion.objects.get(), by=make_person())


def test_discarding_shows_the_colleagues_draft_again(complaint, person):
    colleague = make_person(accounts=[complaint.account])
    save(complaint, colleague, "dela")
    mine = save(complaint, person, "minha").draft
    drafts.discard(draft=mine, by=person)
    assert Complaint.objects.get().draft_by == colleague


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("planilha.xlsx", b"PK\x03\x04", "O portal aceita PDF, JPG e PNG, até 2 MB cada."),
        ("vazio.pdf", b"", "vazio"),
        ("pagina.pdf", b"<html><script>alert(1)</script>", "o conteúdo não é PDF"),
        ("foto.jpg", PNG, "o conteúdo não é JPG"),
        ("grande.pdf", PDF + b"0" * (2 * 1024 * 1024), "Tem 2 MB"),
        ("sem-extensao", PDF, "O portal aceita"),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing_behind(complaint, person, name, content, words):
    with pytest.raises(drafts.FileRefused, match=words):
        drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=person, name=name, content=content)
    assert not Draft.objects.exists()


def test_a_file_comes_before_any_text_and_the_text_after_it_is_no_conflict(complaint, person):
    drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=person, name="foto.PNG", content=PNG)
    assert not save(complaint, person, "Segue a foto.", 0).is_stale


def test_the_sixth_file_is_refused(complaint, person):
    for number in range(5):
        drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=person, name=f"{number}.pdf", content=PDF)
    with pytest.raises(drafts.FileRefused, match="5 arquivos"):
        drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=person, name="6.pdf", content=PDF)


def test_a_hostile_file_name_is_only_a_name(complaint, person):
    link = drafts.add_file(
        complaint=complaint, kind=Kind.ANSWER, by=person, name="../../etc/\u202efdp.exe\n.pdf", content=PDF
    )
    assert link.stored.name == "fdp.exe.pdf"
    assert ".." not in link.stored.content.name
