"""A caller that does what the document demands, so that each test departs from it in one point."""

import base64
import json
import re
import time
from dataclasses import dataclass, field

import pytest
import requests

from tests.sandbox import Sandbox, SandboxAccount

JSON_TYPE = "application/json;charset=UTF-8"
FORM_TYPE = "application/x-www-form-urlencoded;charset=UTF-8"
TOKEN_PATH = "/seguranca/empresa/token"
LEADING_ZEROS = re.compile(r'(?<=":)(0\d+)(?=[,}])')


def readable(text: str):
    """JSON of the portal, its numbers with leading zeros made text."""
    return json.loads(LEADING_ZEROS.sub(r'"\1"', text))


@dataclass
class Portal:
    """One account's caller, logged in."""

    sandbox: Sandbox
    account: SandboxAccount
    cpf: str
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    @property
    def headers(self) -> dict[str, str | None]:
        return {
            "Content-Type": JSON_TYPE,
            "Accept": "application/json",
            "User-Agent": "api-consumidor",
            "Authorization": f"Bearer {self.token}",
        }

    @property
    def params(self) -> dict[str, str]:
        return {"versao": "1.0", "cpfAutorizado": self.cpf}

    def credentials(self, **changed: str | None) -> dict[str, str]:
        own = {
            "client_id": self.account.client_id,
            "code": self.account.code,
            "client_secret": self.account.client_secret,
            "grant_type": "client_credentials",
        }
        return {name: value for name, value in {**own, **changed}.items() if value is not None}

    def log_in(self) -> "Portal":
        answer = self.post(TOKEN_PATH, data=self.credentials(), params={}, headers=self.token_headers)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        return self

    @property
    def token_headers(self) -> dict[str, str | None]:
        return {**self.headers, "Content-Type": FORM_TYPE, "Authorization": None}

    def get(self, path: str, *, headers=None, params=None, **filters) -> requests.Response:
        return self.session.get(
            self.sandbox.base_url + path,
            params={**(self.params if params is None else params), **filters},
            headers=headers or self.headers,
            timeout=5,
        )

    def post(self, path: str, *, headers=None, params=None, **body) -> requests.Response:
        return self.session.post(
            self.sandbox.base_url + path,
            params=self.params if params is None else params,
            headers=headers or self.headers,
            timeout=body.pop("timeout", 5),
            **body,
        )

    def act(self, action: str, protocol: str, text: str = "Texto do envio", *files: dict, **given):
        document = {"texto": text, **({"anexos": list(files)} if files else {})}
        return self.post(f"/reclamacao/{protocol}/{action}", json=document, **given)

    def read(self, path: str, **filters):
        """The document of a successful reading."""
        answer = self.get(path, **filters)
        assert answer.status_code == 200, answer.text
        return readable(answer.text)

    def protocols(self, **filters) -> list[str]:
        found = self.read("/reclamacoes/listar", **filters).get("dados", [])
        return [str(complaint["protocolo"]) for complaint in found]

    def awaiting(self) -> str:
        """The protocol of a complaint that awaits this company's answer."""
        found = self.sandbox.complaints(company=self.account.company_code, situation=1)
        return found[0]["protocol"]


def attached(name: str = "comprovante.pdf", content: bytes = b"%PDF-1.4", **changed) -> dict:
    own = {"nome": name, "tamanho": len(content), "arquivoBase64": base64.b64encode(content).decode()}
    return {key: value for key, value in {**own, **changed}.items() if value is not None}


def wait_for_call(sandbox: Sandbox, operation: str) -> None:
    """Until the sandbox has received one; five seconds at most."""
    end = time.monotonic() + 5
    while not sandbox.calls(operation):
        assert time.monotonic() < end, f"{operation} was never called"


@pytest.fixture
def portal(sandbox) -> Portal:
    account = sandbox.account()
    return Portal(sandbox, account, account.cpf).log_in()
