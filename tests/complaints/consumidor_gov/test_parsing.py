"""What the document does not show and the portal may print all the same."""

import copy
import dataclasses
import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.consumidor_gov import parsing, values
from complaints.consumidor_gov.records import Coded, Contact, Movement, Party, Receipt
from complaints.consumidor_gov.values import UnreadableField

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MINIMAL = {
    "protocolo": 20260200000000001,
    "situacao": {"codigo": 3, "descricao": "Em análise pelo fornecedor"},
    "dataAbertura": "01/02/2026 10:00:00",
}
MOVEMENT = {"codigo": 1, "data": "05/08/2014 16:49:26", "protocoloReclamacao": 20140100000001261}


def detail(**changes):
    return parsing.complaint_detail({**copy.deepcopy(MINIMAL), **changes})


def summary(**changes):
    return parsing.complaint_summary({**copy.deepcopy(MINIMAL), **changes})


# -- tolerated ---------------------------------------------------------------------------------------------


def test_only_protocol_situation_and_opening_are_needed():
    found = detail()
    assert found.protocol == "20260200000000001"
    assert found.deadline is None
    assert (found.consumer, found.company, found.mediator) == (Party(name=""), Party(name=""), None)
    assert (found.area, found.subject, found.problem, found.purchase_channel) == (None,) * 4
    assert (found.movements, found.allowed_actions) == ((), ())


@pytest.mark.parametrize("empty", [None, {}, [], ""])
@pytest.mark.parametrize("name", ["reclamante", "reclamado", "mediador", "acoes", "area", "meioConsumo"])
def test_optional_parts_may_be_null_or_empty(name, empty):
    assert detail(**{name: empty}).raw == parsing.as_text({**MINIMAL, name: empty})
    assert dataclasses.replace(detail(**{name: empty}), raw="") == dataclasses.replace(detail(), raw="")


@pytest.mark.parametrize("empty", [None, {}, []])
def test_no_movements_may_be_null_or_empty(empty):
    assert detail(tramites=empty).movements == ()


def test_unknown_fields_and_codes_are_let_through():
    found = detail(novidade={"x": [1]}, situacao={"codigo": 99, "descricao": "Nova", "cor": "azul"})
    assert found.situation == Coded("99", "Nova")
    assert json.loads(found.raw)["novidade"] == {"x": [1]}


def test_numbers_as_text_and_text_as_numbers():
    found = detail(
        protocolo="20260200000000001",
        situacao={"codigo": "3", "descricao": 12},
        reclamante={"nome": 7, "documento": "100200344"},
        tramites=[{"codigo": "4", "data": "05/08/2014 16:49:26", "textos": [{"texto": 5, "tipo": {"codigo": "7"}}]}],
    )
    assert found.protocol == "20260200000000001"
    assert found.situation == Coded("3", "12")
    assert (found.consumer.name, found.consumer.document) == ("7", "00100200344")
    assert found.movements[0].code == 4
    assert found.movements[0].texts[0].text == "5"


@pytest.mark.parametrize(
    ("record", "protocol"),
    [
        ({"protocolo": "2026.02/00000000001"}, "20260200000000001"),
        ({"protocolo": None, "numeroProtocolo": 20260200000000002}, "20260200000000002"),
        ({"protocolo": " 020260200000000003 "}, "020260200000000003"),
    ],
)
def test_a_protocol_is_bare_digits_under_any_of_its_names(record, protocol):
    assert summary(**record).protocol == protocol


def test_fields_beyond_the_document_are_read():
    found = detail(
        nomeCampoPrazo="Prazo de resposta",
        prazoManifestacao="12/02/2026 00:00:00",
        reclamado={"nome": "ACME S.A.", "nomeFantasia": " ACME ", "cep": 1310100, "documento": "12.ABC.345/01DE-35"},
    )
    assert (found.deadline_name, found.manifestation_deadline) == ("Prazo de resposta", date(2026, 2, 12))
    assert found.company == Party("ACME S.A.", document="12ABC34501DE35", trade_name="ACME", cep="01310100")


def test_a_movement_in_a_detail_belongs_to_its_complaint_whatever_it_says():
    found = detail(tramites=[{**MOVEMENT, "protocoloReclamacao": 999}])
    assert found.movements[0].protocol == "20260200000000001"


def test_what_people_wrote_keeps_its_blanks_and_loses_only_what_cannot_be_stored():
    text = "  Linha 1\r\n\tLinha 2 &amp; <b>\x00\ud800 "
    found = parsing.movement({**MOVEMENT, "textos": [{"texto": text}], "autor": " Ana "})
    assert found.texts[0].text == "  Linha 1\r\n\tLinha 2 &amp; <b>\ufffd\ufffd "
    assert found.author == "Ana"


def test_a_movement_without_type_texts_or_author_is_read():
    assert parsing.movement(MOVEMENT) == Movement(
        1, Coded("", ""), datetime(2014, 8, 5, 16, 49, 26, tzinfo=SAO_PAULO), "", "20140100000001261"
    )


def test_actions_are_kept_once_each_as_received_and_their_addresses_ignored():
    acoes = [
        {"rel": "responder", "href": "https://evil.example/x"},
        {"rel": "responder"},
        {"rel": "avaliar"},
        {"href": "{url-ambiente}"},
        "complementar",
    ]
    assert summary(acoes=acoes).allowed_actions == ("responder", "avaliar", "complementar")
    assert summary(acoes="responder").allowed_actions == ()


def test_the_raw_record_can_always_be_encoded():
    raw = detail(obs="ç\ud800").raw
    assert json.loads(raw.encode().decode())["obs"] == "ç\ud800"


# -- dates -------------------------------------------------------------------------------------------------


def test_instants_are_aware_in_sao_paulo():
    assert summary().opened_at.isoformat() == "2026-02-01T10:00:00-03:00"
    assert summary(dataAbertura="15/01/2014 10:00:00").opened_at.isoformat() == "2014-01-15T10:00:00-02:00"


@pytest.mark.parametrize("printed", ["10/06/2014 00:00:00", "10/06/2014", " 10/06/2014 00:00 "])
def test_a_deadline_is_a_date(printed):
    assert summary(prazo=printed).deadline == date(2014, 6, 10)


def test_dates_that_are_only_shown_may_be_nonsense():
    found = detail(prazoManifestacao="em breve", reclamante={"dataNascimento": "00/00/0000"})
    assert (found.manifestation_deadline, found.consumer.born_on) == (None, None)


# -- documents and contacts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "width", "read"),
    [
        (100200344, 11, "00100200344"),
        ("001.002.003-44", 11, "00100200344"),
        (85766474000100, 11, "85766474000100"),
        (766474000100, 11, "00766474000100"),
        (766474000100, 14, "00766474000100"),
        ("12.abc.345/01de-35", 14, "12ABC34501DE35"),
        (0, 11, ""),
        ("", 14, ""),
        (None, 11, ""),
        (True, 11, ""),
    ],
)
def test_documents_get_their_zeros_back(printed, width, read):
    assert values.document(printed, width=width) == read


@pytest.mark.parametrize(
    ("entry", "contact"),
    [
        ({"ddd": "21", "telefone": "2985-3751", "tipo": 1}, Contact("2129853751", "Residencial")),
        ({"ddd": 11, "telefone": 987654321, "tipo": "2"}, Contact("11987654321", "Celular")),
        ({"ddd": "011", "telefone": "32100000", "tipo": "Comercial"}, Contact("1132100000", "Comercial")),
        ({"telefone": "0800 123 4567", "tipo": 4, "principal": True}, Contact("08001234567", "Público", True)),
        ({"ddd": "21", "telefone": "1", "tipo": 9}, Contact("211", "9")),
        ({"ddd": "21", "telefone": "1", "tipo": {"codigo": 2, "descricao": "Celular"}}, Contact("211", "Celular")),
        ({"ddd": "21", "telefone": "1", "tipo": {"codigo": 3}}, Contact("211", "Comercial")),
        ({"ddd": "21", "telefone": "1"}, Contact("211", "")),
    ],
)
def test_phones(entry, contact):
    assert values.phones([entry]) == (contact,)
    assert values.phones(entry) == (contact,)


@pytest.mark.parametrize(
    ("entry", "contact"),
    [
        ({"email": " a@b.br ", "principal": "true", "tipo": "Pessoal"}, Contact("a@b.br", "Pessoal", True)),
        ({"email": "a@b.br", "principal": False, "tipo": 3}, Contact("a@b.br", "Fale Conosco")),
        ({"email": "a@b.br", "principal": "N", "tipo": "5"}, Contact("a@b.br", "Público")),
        ("a@b.br", Contact("a@b.br", "")),
    ],
)
def test_emails(entry, contact):
    assert values.emails([entry, {"email": ""}, None]) == (contact,)


@pytest.mark.parametrize("value", [None, "", "x", 3, [], {}])
def test_no_contacts_are_no_contacts(value):
    assert (values.emails(value), values.phones(value)) == ((), ())


# -- set aside ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"protocolo": None}, "protocolo"),
        ({"protocolo": "abc"}, "protocolo"),
        ({"protocolo": 2.01401e30}, "protocolo"),  # printed as a float its digits are lost
        ({"situacao": None}, "situacao"),
        ({"dataAbertura": None}, "dataAbertura"),
        ({"dataAbertura": "2026-02-01T10:00"}, "dataAbertura"),
        ({"prazo": "31/02/2026 00:00:00"}, "prazo"),
        ({"prazo": []}, "prazo"),
        ({"tramites": "muitos"}, "tramites"),
        ({"tramites": [MOVEMENT, {"codigo": "x"}]}, "tramites[1].codigo"),
        ({"tramites": [{"codigo": 1}]}, "tramites[0].data"),
        ({"tramites": [None]}, "tramites[0].codigo"),
        ({"tramites": [{**MOVEMENT, "textos": "oi"}]}, "tramites[0].textos"),
    ],
)
def test_what_cannot_be_read_names_its_field(changes, field):
    with pytest.raises(UnreadableField) as error:
        detail(**changes)
    assert error.value.field == field
    assert error.value.reason


def test_unreadable_records_leave_the_others_alone():
    records = [MINIMAL, {**MINIMAL, "prazo": "?"}, "lixo", {"dataAbertura": 1}]
    found = parsing.listing(records, parsing.complaint_summary)
    assert len(found.items) == 1
    assert [(u.protocol, u.field) for u in found.unreadable] == [
        ("20260200000000001", "prazo"),
        ("", ""),
        ("", "protocolo"),
    ]
    assert [json.loads(u.raw) for u in found.unreadable] == records[1:]
    assert all(u.reason for u in found.unreadable)


def test_an_unreadable_movement_names_the_complaint_that_was_asked_for():
    found = parsing.listing([{"codigo": 1}], parsing.movement, of="123")
    assert found.unreadable[0].protocol == "123"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*MINIMAL, "tramites", "acoes"]), inner),
        max_leaves=15,
    )
)
def test_no_json_at_all_breaks_a_page(anything):
    for read in (parsing.complaint_summary, parsing.complaint_detail, parsing.movement, parsing.catalogue_entry):
        found = parsing.listing([anything, MINIMAL], read)
        assert len(found.items) + len(found.unreadable) == 2


# -- pages -------------------------------------------------------------------------------------------------


def page(data, *, number=0, size=2):
    return parsing.page(data, parsing.complaint_summary, number=number, size=size)


@pytest.mark.parametrize(
    ("info", "count", "is_last"),
    [
        ({"lastPage": True}, 2, True),
        ({"lastPage": False}, 2, False),
        ({"lastPage": "false"}, 2, False),
        ({"lastPage": False}, 0, True),  # nothing to go on from
        ({"totalPages": 3}, 2, False),
        ({"totalPages": "1"}, 2, True),
        ({}, 2, False),
        ({}, 1, True),
        ({"size": 1}, 1, False),
    ],
)
def test_which_page_is_the_last(info, count, is_last):
    assert page({"content": [MINIMAL] * count, **info}).is_last is is_last


@pytest.mark.parametrize(("count", "is_last"), [(0, True), (1, True), (2, False), (3, True)])
def test_a_bare_list_is_the_last_page_unless_it_is_exactly_full(count, is_last):
    assert page([MINIMAL] * count).is_last is is_last


@pytest.mark.parametrize("data", [None, [], {}, {"content": None}, {"content": []}, [{"content": []}]])
def test_missing_data_is_an_empty_last_page(data):
    found = page(data, number=4)
    assert (found.items, found.number, found.size, found.is_last) == ((), 4, 2, True)


@pytest.mark.parametrize("data", ["texto", 3, {"content": "x"}])
def test_what_is_no_listing_is_refused_whole(data):
    with pytest.raises(UnreadableField):
        page(data)


def test_unreadable_records_count_towards_a_full_page():
    assert page([MINIMAL, "lixo"]).is_last is False


# -- envelope, receipts, files -----------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "is_ok"), [(1, True), ("1", True), (1.0, True), (0, False), ("10", False)])
def test_only_code_1_is_ok(code, is_ok):
    assert parsing.envelope({"codigoMensagem": code}).is_ok is is_ok


@pytest.mark.parametrize("body", [None, [], "Ok", {}, {"codigoMensagem": None}, {"codigoMensagem": True}])
def test_a_reply_without_a_code_is_no_envelope(body):
    with pytest.raises(UnreadableField):
        parsing.envelope(body)


def test_a_receipt_with_nonsense_in_it_is_still_a_receipt():
    body = {"codigo": "x", "tipo": [], "data": "ontem", "protocoloReclamacao": "?"}
    assert parsing.receipt(body, of="123", message="Ok.") == Receipt("123", None, None, None, "Ok.")


def test_a_receipt_may_come_inside_dado():
    body = {"codigoMensagem": 1, "dado": {"codigo": 8, "data": "05/08/2014 16:49:26", "protocoloReclamacao": 9}}
    found = parsing.receipt(body, of="123", message="Ok.")
    assert (found.code, found.protocol, found.at.day) == (8, "9", 5)


@pytest.mark.parametrize(
    ("encoded", "content"),
    [("JVBERi0xLjc=", b"%PDF-1.7"), ("JVBE\r\nRi0x\nLjc", b"%PDF-1.7"), ("", b"")],
)
def test_base64_may_be_wrapped_and_unpadded(encoded, content):
    assert parsing.file_content({"nome": "a.pdf", "arquivoBase64": encoded}).content == content


@pytest.mark.parametrize("encoded", [None, 5, "Arquivo não encontrado", "****", "A"])
def test_a_file_that_is_no_base64_is_unreadable(encoded):
    with pytest.raises(UnreadableField) as error:
        parsing.file_content({"nome": "a.pdf", "arquivoBase64": encoded})
    assert error.value.field == "arquivoBase64"


def test_the_announced_size_may_differ_from_the_files():
    found = parsing.file_content({"nome": "a.pdf", "tamanho": "999", "arquivoBase64": "JVBE"})
    assert (found.announced_size, len(found.content)) == (999, 3)


@pytest.mark.parametrize(("said", "life"), [(60, 60), ("60", 60), (None, 3600), ("breve", 3600)])
def test_a_token_that_does_not_say_its_life_is_trusted_for_an_hour(said, life):
    assert parsing.issued_token({"access_token": "t", "expires_in": said}).expires_in == life
