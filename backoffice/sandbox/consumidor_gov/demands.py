"""What every request must bring: fixed headers, token, version, an authorised user."""

import re
from dataclasses import dataclass

from backoffice.sandbox.consumidor_gov.parameters import Parameters
from backoffice.sandbox.consumidor_gov.refusals import Refusal
from backoffice.sandbox.web import Request

JSON_TYPE = "application/json;charset=UTF-8"  # L107, on GET too
FORM_TYPE = "application/x-www-form-urlencoded;charset=UTF-8"  # L47, L59: of the token only
VERSION = "1.0"  # L34, L117
COMMON_PARAMETERS = ("versao", "cpfAutorizado")


@dataclass(frozen=True)
class Account:
    """A credenciada: the company as the API knows it after the token."""

    company: str
    name: str


@dataclass(frozen=True)
class User:
    cpf: str
    name: str
    may_act: bool
    may_attach: bool


def check_headers(request: Request, content_type: str) -> None:
    for name, shown, value in (
        ("content-type", "Content-Type", content_type),  # L106-L107 (L58-L59)
        ("accept", "Accept", "application/json"),  # L110-L111 (L62-L63)
        ("user-agent", "User-Agent", "api-consumidor"),  # L112-L113 (L64-L65)
    ):
        found = request.headers.get(name)
        if not found:
            raise Refusal("header_missing", name=shown)
        if re.sub(r"\s", "", found).lower() != value.lower():
            raise Refusal("header_invalid", name=shown)
    if not request.headers.get("host"):  # L108-L109
        raise Refusal("header_missing", name="Host")


def bearer_of(request: Request) -> str | None:
    """The token in `Authorization: Bearer <token>` (L114-L115)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme == "Bearer" and token.strip() else None


def account_for(request: Request, state, now) -> Account:
    """Without a valid token there is a security refusal (L16, L43)."""
    token = bearer_of(request)
    if token is None:
        raise Refusal("token_missing")
    found = state.row(
        "SELECT a.company, c.trade_name, t.expires_at FROM tokens t JOIN accounts a USING (company)"
        " JOIN companies c ON c.code = a.company WHERE t.token = ?",
        (token,),
    )
    if found is None or found["expires_at"] < f"{now:%Y-%m-%d %H:%M:%S}":  # L12
        raise Refusal("token_invalid")
    return Account(company=found["company"], name=found["trade_name"])


def check_version(parameters: Parameters) -> None:
    """The version is a request parameter of every service but the token (L16, L116-L117)."""
    if parameters.text("versao", required=True) != VERSION:
        raise Refusal("version_invalid")


def user_for(parameters: Parameters, account: Account, state) -> User:
    """«Deve ser um usuário válido ativo da credenciada» (L118-L119)."""
    text = parameters.text("cpfAutorizado", required=True)
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        raise Refusal("parameter_invalid", name="cpfAutorizado")
    # «Numérico» (L118): a number may have lost its leading zeros on the way.
    found = state.row("SELECT * FROM users WHERE company = ? AND cpf = ?", (account.company, text.zfill(11)))
    if found is None:
        raise Refusal("user_unknown")
    if not found["is_active"]:
        raise Refusal("user_inactive")
    return User(found["cpf"], found["name"], bool(found["may_act"]), bool(found["may_attach"]))
