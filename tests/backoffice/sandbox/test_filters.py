"""The 23 filters of the listing, each against the truth the control API tells."""

from datetime import date, timedelta

import pytest

SITUATIONS = (1, 2, 3, 4, 6, 7, 8, 9)


@pytest.fixture
def truth(portal):
    """The account's complaints: summary, portal detail and movements together."""
    found = []
    for summary in portal.sandbox.complaints(company=portal.account.company_code):
        detail = portal.read(f"/reclamacao/{summary['protocol']}/detalhe")["dado"]
        found.append({**summary, "detail": detail})
    return found


def expected(truth, condition) -> list[str]:
    matching = sorted(complaint["protocol"] for complaint in truth if condition(complaint))
    assert 0 < len(matching) < len(truth), "the filter would not be seen to do anything"
    return matching


def agree(portal, truth, condition, **filters) -> None:
    wanted = expected(truth, condition)
    assert sorted(portal.protocols(**filters)) == wanted
    pages = portal.read("/reclamacoes/listar/paginado", page=0, size=100, **filters)["dados"][0]
    assert sorted(str(complaint["protocolo"]) for complaint in pages["content"]) == wanted


def test_protocol(portal, truth):
    one = truth[3]["protocol"]
    agree(portal, truth, lambda c: c["protocol"] == one, numeroProtocolo=one)


def test_a_protocol_of_another_account_is_not_found(portal):
    other = portal.sandbox.complaints(company="Varanda Eletro")[0]["protocol"]
    assert portal.protocols(numeroProtocolo=other) == []


def test_type_of_movement(portal, truth):
    agree(
        portal,
        truth,
        lambda c: any(m["tipo"]["codigo"] == 3 for m in c["detail"]["tramites"]),
        codigoTipoTramiteReclamacao=3,
    )


def test_situation(portal, truth):
    agree(portal, truth, lambda c: c["situation"] == 3, codigoSituacaoReclamacao=3)
    each = [portal.protocols(codigoSituacaoReclamacao=code) for code in SITUATIONS]
    assert sum(map(len, each)) == len(truth)


@pytest.mark.parametrize("rating", [1, 2, 3])
def test_rating(portal, rating):
    sandbox = portal.sandbox
    answered = sandbox.new_complaint()["protocol"]
    assert portal.act("responder", answered).status_code == 200
    sandbox.rate(answered, resolved=rating == 1, score=4)
    wanted = {c["protocol"] for c in sandbox.complaints(company="Varanda Celulares") if c["rating"] == rating}
    assert set(portal.protocols(numAvaliacao=rating)) == wanted
    assert (answered in wanted) is (rating in (1, 2))


def test_score(portal):
    protocol = portal.sandbox.new_complaint()["protocol"]
    portal.act("responder", protocol)
    portal.sandbox.rate(protocol, resolved=True, score=2)
    assert protocol in portal.protocols(notaConsumidor=2)
    assert protocol not in portal.protocols(notaConsumidor=5)


@pytest.mark.parametrize("wanted", ["João", "joao", "PAULO", "antônio joão", "ão Pau"])
def test_a_name_is_found_by_any_part_in_any_case_and_without_accents(portal, wanted):
    paulo = portal.sandbox.new_complaint(name="João Paulo")["protocol"]
    antonio = portal.sandbox.new_complaint(name="Antônio João")["protocol"]
    found = portal.protocols(nomeReclamante=wanted)
    assert (paulo in found, antonio in found) == {
        "João": (True, True),
        "joao": (True, True),
        "PAULO": (True, False),
        "antônio joão": (False, True),
        "ão Pau": (True, False),
    }[wanted]


def test_signs_in_a_name_are_only_signs(portal):
    assert portal.protocols(nomeReclamante="%") == []
    assert portal.protocols(nomeReclamante="_") == []


@pytest.mark.parametrize("asked", ["00123456797", "123456797"])
def test_cpf_with_or_without_the_zeros_a_number_loses(portal, asked):
    protocol = portal.sandbox.new_complaint(cpf="00123456797")["protocol"]
    assert portal.protocols(cpfReclamante=asked) == [protocol]


def test_region_and_state(portal, truth):
    uf = truth[0]["detail"]["reclamante"]["estado"]
    agree(portal, truth, lambda c: c["detail"]["reclamante"]["estado"] == uf, siglaUF=uf)
    regions = [set(portal.protocols(siglaRegiao=region)) for region in ("N", "NE", "CO", "SE", "S")]
    assert sum(map(len, regions)) == len(truth)
    assert any(set(portal.protocols(siglaUF=uf)) <= region for region in regions)


def test_city_by_the_code_of_the_catalogue(portal, truth):
    person = truth[0]["detail"]["reclamante"]
    cities = portal.read(f"/cadastros/uf/{person['estado']}/municipios/listar")["dados"]
    code = next(city["codigo"] for city in cities if city["descricao"] == person["cidade"])
    agree(portal, truth, lambda c: c["detail"]["reclamante"]["cidade"] == person["cidade"], codigoMunicipio=code)


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("codigoMeioConsumo", "meioConsumo"),
        ("codigoArea", "area"),
        ("codigoAssunto", "assunto"),
        ("codigoProblema", "problema"),
    ],
)
def test_codes_of_channel_area_subject_and_problem(portal, truth, name, member):
    code = truth[0]["detail"][member]["codigo"]
    agree(portal, truth, lambda c: c["detail"][member]["codigo"] == code, **{name: code})


def test_active_link_and_own_group_match_everything(portal, truth):
    assert len(portal.protocols(situacaoVinculo=1)) == len(truth)
    assert portal.protocols(situacaoVinculo=2) == []
    assert len(portal.protocols(codigoGrupoEconomico=portal.account.company_code)) == len(truth)
    assert portal.protocols(codigoGrupoEconomico=20140106000000012) == []


def test_the_companys_own_reference(portal):
    # The reference is free text typed at the portal; the seed puts an order number into some.
    everywhere = portal.protocols(textoReferenciaFornecedor="PED-")
    assert 0 < len(everywhere) < len(portal.protocols())
    assert portal.protocols(textoReferenciaFornecedor="não há") == []


def test_deadline(portal):
    today = portal.sandbox.now().date()
    all_of_them = portal.sandbox.complaints(company="Varanda Celulares")
    span = today - timedelta(days=1), today + timedelta(days=1)
    agree(
        portal,
        all_of_them,
        lambda c: span[0] <= date.fromisoformat(c["deadline"]) <= span[1],
        dataIniPrazo=f"{span[0]:%d-%m-%Y}",
        dataFimPrazo=f"{span[1]:%d-%m-%Y}",
    )


def test_opening_by_days_and_by_hours(portal):
    opened = portal.sandbox.now().replace(hour=15, minute=30, second=0)
    portal.sandbox.set_clock(opened, stopped=True)
    portal.log_in()
    protocol = portal.sandbox.new_complaint()["protocol"]
    day = {"dataIniPeriodo": f"{opened:%d-%m-%Y}", "dataFimPeriodo": f"{opened:%d-%m-%Y}"}
    assert protocol in portal.protocols(**day)
    assert protocol in portal.protocols(**day, horaInicialPeriodo="15:30:00", horaFinalPeriodo="15:30:00")
    assert protocol in portal.protocols(**day, horaInicialPeriodo="15:30:00")
    assert protocol not in portal.protocols(**day, horaInicialPeriodo="15:30:01")
    assert protocol not in portal.protocols(**day, horaFinalPeriodo="15:29:59")


def test_filters_are_joined(portal, truth):
    one = truth[0]
    assert portal.protocols(numeroProtocolo=one["protocol"], codigoSituacaoReclamacao=one["situation"])
    other = next(code for code in SITUATIONS if code != one["situation"])
    assert portal.protocols(numeroProtocolo=one["protocol"], codigoSituacaoReclamacao=other) == []


def test_a_filter_left_empty_counts_as_left_out(portal, truth):
    assert len(portal.protocols(siglaUF="", dataIniPrazo="", dataFimPrazo="")) == len(truth)
