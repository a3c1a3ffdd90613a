"""Situations, types of movement and text, and which actions a situation allows.

The document contradicts itself about situation codes (L197 and L349 against L1530-L1548); these are
the codes the one working public client meets. The quirk `document_situations` prints the others.
"""

OPEN, AT_MEDIATOR, WITH_COMPANY, ANSWERED = 1, 2, 3, 4
RATED, NOT_RATED, CANCELLED, CLOSED = 6, 7, 8, 9

SITUATIONS = {
    OPEN: "Em aberto",
    AT_MEDIATOR: "Em análise pelo gestor",
    WITH_COMPANY: "Em análise pelo fornecedor",
    ANSWERED: "Respondida",
    RATED: "Finalizada avaliada",
    NOT_RATED: "Finalizada não avaliada",
    CANCELLED: "Cancelada",
    CLOSED: "Encerrada",
}

# The cadastro's example (L1530-L1548); what it lacks is filled in with free codes [A].
DOCUMENT_SITUATIONS = {
    OPEN: (1, "Aberta"),
    WITH_COMPANY: (2, "Em análise pelo fornecedor"),
    CLOSED: (3, "Encerrada"),
    RATED: (4, "Finalizada avaliada"),
    NOT_RATED: (5, "Finalizada não avaliada"),
    ANSWERED: (6, "Respondida"),
    AT_MEDIATOR: (7, "Em análise pelo gestor"),
    CANCELLED: (8, "Cancelada"),
}

MOVEMENT_OPENED, MOVEMENT_VIEWED, MOVEMENT_ANSWER, MOVEMENT_RATING = 1, 2, 3, 4
MOVEMENT_FINISHED, MOVEMENT_COMPLEMENT, MOVEMENT_EXPIRED, MOVEMENT_REFUSED = 5, 6, 7, 8
MOVEMENT_MEDIATOR, MOVEMENT_REDIRECTED = 9, 10

MOVEMENT_TYPES = {
    MOVEMENT_OPENED: "Abertura da reclamação",  # L1671-L1693, the cadastro
    MOVEMENT_VIEWED: "Visualizada pelo fornecedor",
    MOVEMENT_ANSWER: "Resposta do fornecedor",
    MOVEMENT_RATING: "Avaliação do consumidor",
    MOVEMENT_FINISHED: "Reclamação finalizada",
    MOVEMENT_COMPLEMENT: "Complemento da reclamação",
    MOVEMENT_REFUSED: "Recusado",  # L1413-L1414, the reply of recusar
    MOVEMENT_REDIRECTED: "Alteracao Fornecedor",  # L1473-L1474, the reply of redirecionar
}
# The document names these events, but never their code in the cadastro's numbering: codes [A].
# They are left out of the cadastro, so that a reader meets types its catalogue does not know.
UNLISTED_MOVEMENT_TYPES = {
    MOVEMENT_EXPIRED: "Prazo expirado para resposta",  # L653
    MOVEMENT_MEDIATOR: "Análise do gestor",
}

TEXT_PRIOR_CONTACT, TEXT_COMPLAINT, TEXT_REQUEST, TEXT_INTERACTION = 1, 3, 4, 5
TEXT_RESOLVED, TEXT_SCORE, TEXT_SYSTEM = 6, 7, 9

TEXT_TYPES = {
    TEXT_PRIOR_CONTACT: "Indicador de contato com o fornecedor",  # L1807-L1808
    TEXT_COMPLAINT: "Descrição da reclamação",  # L557
    TEXT_REQUEST: "Pedido da reclamação",  # L563
    TEXT_INTERACTION: "Interação Única",  # L599
    TEXT_RESOLVED: "Reclamação resolvida",  # seen: 'S' or 'N'
    TEXT_SCORE: "Índice de satisfação do consumidor",  # L1811-L1812, seen: '1' to '5'
    TEXT_SYSTEM: "Texto do Sistema",  # L580
    1001: "Número do pedido",
    1002: "Número da nota fiscal",
    1003: "Data da compra",
    1004: "IMEI do aparelho",
    1005: "Código/Matrícula da unidade consumidora",  # L1815-L1816
    1006: "Número da apólice",
    1007: "Últimos quatro dígitos do cartão",
    1008: "Valor da Parcela",  # L1819-L1820
    1009: "Nome do atendente",
}

CHANNELS = {1: "Internet", 2: "Loja física", 3: "Telefone", 4: "Catálogo", 5: "Domicílio"}  # L1600-L1618

DEADLINE_ANSWER = "Prazo para resposta do fornecedor"  # names of nomeCampoPrazo: [A]
DEADLINE_MEDIATOR = "Prazo para análise do gestor"
DEADLINE_RATING = "Prazo para avaliação do consumidor"

# rel and last part of the path, in the order of the examples (L211-L224). `rel` and path differ
# for the refusal (L219).
ACTIONS = (
    ("complementar", "complementar"),
    ("responder", "responder"),
    ("analise_procon", "recusar"),
    ("redirecionar", "redirecionar"),
)


def allowed_actions(situation: int, *, is_expired: bool) -> tuple[tuple[str, str], ...]:
    """«Somente … ações condizentes com regras de situação e fluxo» (L185, L344, L462).

    The examples list all four on a finalised complaint; the rule is taken, not the examples. Each
    of the four is open to the company exactly while the complaint awaits its answer [A].
    """
    return ACTIONS if situation in (OPEN, WITH_COMPANY) and not is_expired else ()


def shown_situation(situation: int, quirks) -> tuple[int, str]:
    if "document_situations" in quirks:
        return DOCUMENT_SITUATIONS[situation]
    return situation, SITUATIONS[situation]


def situation_of_code(code: int, quirks) -> int:
    """The reverse, for filters; an unknown code stays what it is and matches nothing."""
    if "document_situations" in quirks:
        return next((own for own, (shown, _) in DOCUMENT_SITUATIONS.items() if shown == code), -1)
    return code
