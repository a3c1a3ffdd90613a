"""How a call to the portal is made and how its reply is understood; the operations themselves: client.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, TypeVar

from backoffice.remote.api import RemoteAPI
from backoffice.remote.errors import CredentialsRefused, RemoteRejected, RemoteUncertain
from backoffice.remote.reply import Reply
from complaints.consumidor_gov import parsing
from complaints.consumidor_gov.filters import Parameters, digits
from complaints.consumidor_gov.records import Coded, IssuedToken, Listing, Receipt, Unreadable
from complaints.consumidor_gov.tokens import BearerToken, TokenStore
from complaints.consumidor_gov.values import UnreadableField

T = TypeVar("T")

# "valor fixo" in every table. The Host header is left to the library, as the document itself advises.
HEADERS = {
    "Content-Type": "application/json;charset=UTF-8",
    "Accept": "application/json",
    "User-Agent": "api-consumidor",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A credenciada's own, from its page on the portal."""

    client_id: str
    code: str = field(repr=False)
    client_secret: str = field(repr=False)


class UnreadableRecord(RemoteUncertain):
    """The portal answered Ok with a record that cannot be read: again later, or a person looks at it."""

    def __init__(self, unreadable: Unreadable) -> None:
        super().__init__(f"O registro veio ilegível do portal ({unreadable.field}: {unreadable.reason}).")
        self.args = (unreadable,)
        self.unreadable = unreadable


class PortalCalls:
    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials,
        tokens: TokenStore,
        cpf: str,
        version: str = "1.0",
        parameters_in_body: bool = False,
        **options,
    ) -> None:
        self._credentials = credentials
        self._cpf = checked_cpf(cpf)
        self._version = version
        self._parameters_in_body = parameters_in_body
        self._api = RemoteAPI(
            name="o portal",
            base_url=base_url,
            headers=HEADERS,
            authorization=BearerToken(tokens, self.issue_token),
            read_refusal=lambda reply: parsing.refusal(reply.json()),
            secrets=(credentials.code, credentials.client_secret),
            **options,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._api.close()

    def issue_token(self) -> IssuedToken:
        """Ask for a new token, whatever the store holds, and do not store it: TokenStore.renew does.

        Raises CredentialsRefused when the portal says no, RemoteUnavailable, RemoteUncertain.
        """
        form = {
            "client_id": self._credentials.client_id,
            "code": self._credentials.code,
            "client_secret": self._credentials.client_secret,
            "grant_type": "client_credentials",
        }
        try:
            reply = self._api.write(
                "POST", "/seguranca/empresa/token", form=form.items(), headers=FORM, authorized=False
            )
            return self._issued(reply)
        except RemoteRejected as error:
            refused = CredentialsRefused(error.words)
        raise refused

    def _issued(self, reply: Reply) -> IssuedToken:
        body = self._json(reply)
        try:
            return parsing.issued_token(body)
        except UnreadableField:
            code, message = parsing.refusal(body)
        if code or message:
            raise RemoteRejected(reply.status, self._api.words(code), self._api.words(message))
        raise self._api.unreadable()

    def _get(self, template: str, query: Parameters = (), **values: str) -> object:
        """The `dado` or `dados` of the reply, None when there is none."""
        parameters = self._parameters(self._cpf)
        reply = self._api.read("GET", template, values=values, query=[*parameters.items(), *query], headers=parameters)
        return self._accepted(reply).data

    def _post(self, template: str, protocol: str, body: dict[str, object], cpf: str | None) -> Receipt:
        parameters = self._parameters(checked_cpf(cpf) if cpf else self._cpf)
        query = parameters.items()
        if self._parameters_in_body:
            body, query = {**body, **parameters}, ()
        reply = self._api.write(
            "POST", template, values={"protocol": protocol}, query=query, headers=parameters, json=body
        )
        accepted = self._accepted(reply)
        return parsing.receipt(reply.json(), of=protocol, message=self._api.words(accepted.message))

    def _catalogue(self, template: str, **values: str) -> Listing[Coded]:
        data = self._get(template, **values)
        return self._understood(lambda: parsing.listing(data, parsing.catalogue_entry))

    def _parameters(self, cpf: str) -> dict[str, str]:
        # The document asks for them as request parameters; the one public client that works sends headers.
        # So both, and nobody's log of ours holds either.
        return {"versao": self._version, "cpfAutorizado": cpf}

    def _accepted(self, reply: Reply) -> parsing.Envelope:
        """Raises RemoteRejected unless its code is 1, RemoteUncertain when there is no code to be read."""
        body = self._json(reply)
        envelope = self._understood(lambda: parsing.envelope(body))
        if not envelope.is_ok:
            raise RemoteRejected(reply.status, self._api.words(envelope.code), self._api.words(envelope.message))
        return envelope

    def _json(self, reply: Reply) -> object:
        return self._understood(reply.json)

    def _understood(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except ValueError:  # UnreadableField is one
            failure = self._api.unreadable()
        raise failure

    def _record(self, data: object, read: Callable[[parsing.Record], T], *, of: str) -> T:
        """The one record of a reply; a list of one is taken too."""
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        try:
            if not isinstance(data, dict) or not data:
                raise UnreadableField("dado", "o portal respondeu sem o registro")
            return read(data)
        except UnreadableField as error:
            unreadable = parsing.set_aside(data, error, of=of)
        raise UnreadableRecord(unreadable)


def checked_cpf(cpf: str) -> str:
    """11 digits, its mask taken off. Raises ValueError without repeating it."""
    bare = digits(cpf)
    if len(bare) != 11:
        raise ValueError("a CPF has 11 digits")
    return bare
