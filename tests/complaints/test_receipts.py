"""Found, almost found, or not there: what a reading of the movements may conclude."""

import pytest

from complaints import receipts
from complaints.models import MovementMeaning, Side, Submission
from complaints.models.submission import Kind
from tests.complaints.factories import make_attachment, make_complaint, make_movement

pytestmark = pytest.mark.django_db

TEXT = "Prezada consumidora,\n\nO valor de R$ 10 & o frete foram devolvidos.\nAtenciosamente"


@pytest.fixture
def complaint():
    complaint = make_complaint()
    make_movement(complaint, code=1)
    return complaint


def look(complaint, *, text=TEXT, kind=Kind.ANSWER, baseline=1, file_count=0):
    submission = Submission(kind=kind, text=text, baseline_code=baseline, seen_movement_code=baseline)
    return receipts.look_for(submission, list(complaint.movements.all()), file_count=file_count)


def ours(complaint, text, **fields):
    values = {"side": Side.COMPANY, "meaning": MovementMeaning.ANSWER, "type_code": "3"} | fields
    return make_movement(complaint, texts=[{"type_code": "5", "type_text": "Interação", "text": text}], **values)


@pytest.mark.parametrize(
    "there",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        f"  {TEXT}\n\n",
        TEXT.replace("&", "&amp;"),
        TEXT.replace("devolvidos.", "devolvidos.   "),
    ],
)
def test_found_whatever_the_portal_did_to_blanks_line_ends_and_entities(complaint, there):
    movement = ours(complaint, there)
    assert look(complaint).found["movement_code"] == movement.code


def test_type_codes_prove_nothing(complaint):
    movement = ours(complaint, TEXT, meaning=MovementMeaning.UNKNOWN, type_code="99")
    assert look(complaint).found["movement_code"] == movement.code


def test_the_same_text_from_the_consumer_is_not_ours(complaint):
    ours(complaint, TEXT, side=Side.CONSUMER)
    reading = look(complaint)
    assert reading.found is None
    assert not reading.ambiguous


def test_the_same_text_at_or_below_the_baseline_is_an_older_one(complaint):
    movement = ours(complaint, TEXT)
    assert look(complaint, baseline=movement.code).found is None


def test_another_number_of_attachments_asks_a_person(complaint):
    make_attachment(ours(complaint, TEXT))
    assert look(complaint, file_count=1).found
    reading = look(complaint, file_count=2)
    assert reading.found is None
    assert "1 anexos em vez de 2" in reading.ambiguous


def test_another_answer_in_the_single_place_asks_a_person(complaint):
    ours(complaint, "Resolvido por telefone.")
    reading = look(complaint)
    assert reading.found is None
    assert reading.ambiguous


def test_another_complement_is_simply_another_one(complaint):
    ours(complaint, "Pode mandar a foto do aparelho?", meaning=MovementMeaning.COMPLEMENT)
    reading = look(complaint, kind=Kind.COMPLEMENT)
    assert reading.found is None
    assert not reading.ambiguous


def test_an_edited_complement_asks_a_person(complaint):
    ours(complaint, TEXT.replace("R$ 10", "(editado)"), meaning=MovementMeaning.COMPLEMENT)
    assert look(complaint, kind=Kind.COMPLEMENT).ambiguous
