"""How the portal says no: `{"codigoMensagem": n, "mensagem": "…"}` with an HTTP status.

The document's "Aba de Mensagens" (L173) is not public; only 1 = "Ok." is known. Codes, texts and
statuses here are [A]; no caller should depend on a particular one.
"""

OK_CODE, OK_TEXT = 1, "Ok."

_KINDS = {
    "operation_unknown": (404, 2, "Serviço não encontrado."),
    "method_not_allowed": (405, 3, "Método HTTP não permitido para este serviço."),
    "header_missing": (400, 10, "Cabeçalho obrigatório não informado: {name}."),
    "header_invalid": (400, 11, "Valor inválido para o cabeçalho {name}."),
    "token_missing": (401, 20, "Token de autorização não informado."),
    "token_invalid": (401, 21, "Token de autorização inválido ou expirado."),
    "credentials_invalid": (401, 22, "Credenciais inválidas."),
    "access_denied": (403, 23, "Acesso negado."),
    "too_many_calls": (429, 24, "Limite de requisições excedido."),
    "version_invalid": (400, 30, "Versão do sistema inválida."),
    "user_unknown": (403, 31, "CPF não autorizado para esta credenciada."),
    "user_inactive": (403, 32, "Usuário inativo na credenciada."),
    "user_may_not_act": (403, 33, "Usuário sem permissão para efetuar esta ação."),
    "user_may_not_attach": (403, 34, "Usuário sem permissão para anexar arquivos."),
    "parameter_missing": (400, 40, "Parâmetro obrigatório não informado: {name}."),
    "parameter_invalid": (400, 41, "Valor inválido para o parâmetro {name}."),
    "parameter_unknown": (400, 42, "Parâmetro desconhecido: {name}."),
    "parameter_repeated": (400, 43, "Parâmetro informado mais de uma vez: {name}."),
    "pair_incomplete": (400, 44, "O parâmetro {name} é obrigatório quando {other} é informado."),
    "period_inverted": (400, 45, "A data inicial é posterior à data final."),
    "body_invalid": (400, 50, "O corpo da requisição não é um JSON válido."),
    "body_order": (400, 51, "O atributo texto deve preceder o atributo anexos."),
    "file_invalid": (400, 52, "Anexo inválido: {name}."),
    "file_not_base64": (400, 53, "O conteúdo do anexo não é um texto base64 válido."),
    "file_size": (400, 54, "O tamanho informado não corresponde ao conteúdo do anexo."),
    "complaint_unknown": (404, 60, "Reclamação não encontrada."),
    "attachment_unknown": (404, 61, "Anexo não encontrado."),
    "code_unknown": (404, 62, "Registro não encontrado para o código informado."),
    "action_not_allowed": (400, 63, "Ação não permitida para a situação atual da reclamação."),
    "company_outside_group": (400, 64, "A empresa informada não pertence ao grupo econômico."),
    "company_same": (400, 65, "A reclamação já pertence à empresa informada."),
    "failure": (500, 500, "Erro interno. Tente novamente mais tarde."),
}


class Refusal(Exception):  # noqa: N818 - the portal's no, not a failure
    """Raised anywhere below an operation; the service turns it into the answer."""

    def __init__(self, kind: str, **values: str):
        self.kind = kind
        self.status, self.code, text = _KINDS[kind]
        self.message = text.format(**values)
        super().__init__(self.message)


def refusal_for(status: int) -> Refusal:
    """The portal's usual words for a status, for injected faults."""
    kinds = {401: "token_invalid", 403: "access_denied", 429: "too_many_calls", 500: "failure"}
    return Refusal(kinds[status])
