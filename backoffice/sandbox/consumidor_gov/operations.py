"""The 23 operations of the document."""

from backoffice.sandbox.web import Operation

PREFIX = "/api/servico"  # the path of {url-ambiente}, L29, L31


def _read(name: str, path: str, line: int, title: str) -> Operation:
    return Operation(name, "GET", path, title, line)


def _write(name: str, path: str, line: int, title: str) -> Operation:
    return Operation(name, "POST", path, title, line, is_write=True)


TOKEN = Operation("token", "POST", "/seguranca/empresa/token", "Token", 50)

OPERATIONS = (
    TOKEN,
    _read("list_complaints", "/reclamacoes/listar", 98, "Listar reclamações"),
    _read("list_complaints_page", "/reclamacoes/listar/paginado", 238, "Listar reclamações, paginado"),
    _read("complaint_detail", "/reclamacao/{numeroProtocolo}/detalhe", 404, "Detalhe"),
    _read(
        "attachment",
        "/reclamacao/{numeroProtocolo}/tramite/{codigoTramite}/anexo/{codigoAnexo}/baixar",
        715,
        "Baixar anexo",
    ),
    _read("complaint_pdf", "/reclamacao/{numeroProtocolo}/baixar", 777, "Baixar reclamação em PDF"),
    _read("list_movements", "/tramites/periodo/listar", 831, "Trâmites por período"),
    _read("list_movements_page", "/tramites/periodo/listar/paginado", 948, "Trâmites por período, paginado"),
    _read(
        "complaint_movements",
        "/tramites/reclamacao/{numeroProtocolo}/listar",
        1093,
        "Trâmites de uma reclamação",
    ),
    _write("complement", "/reclamacao/{numeroProtocolo}/complementar", 1217, "Complementar"),
    _write("answer", "/reclamacao/{numeroProtocolo}/responder", 1287, "Responder"),
    _write("refuse", "/reclamacao/{numeroProtocolo}/recusar", 1357, "Recusar"),
    _write("redirect", "/reclamacao/{numeroProtocolo}/redirecionar", 1427, "Redirecionar"),
    _read("situations", "/cadastros/situacoes/listar", 1488, "Cadastro: situações"),
    _read("channels", "/cadastros/meiosconsumo/listar", 1558, "Cadastro: meios de consumo"),
    _read("movement_types", "/cadastros/tipostramite/listar", 1628, "Cadastro: tipos de trâmite"),
    _read("mediators", "/cadastros/procons/listar", 1702, "Cadastro: procons"),
    _read("text_types", "/cadastros/tipostextotramite/listar", 1764, "Cadastro: tipos de texto"),
    _read("companies", "/cadastros/subsidiarias/listar", 1830, "Cadastro: subsidiárias"),
    _read("cities", "/cadastros/uf/{siglaUF}/municipios/listar", 1900, "Cadastro: municípios"),
    _read("areas", "/cadastros/areas/listar", 1984, "Cadastro: áreas"),
    _read("subjects", "/cadastros/area/{codigoArea}/assuntos/listar", 2046, "Cadastro: assuntos"),
    _read("problems", "/cadastros/assunto/{codigoAssunto}/problemas/listar", 2110, "Cadastro: problemas"),
)
