"""Accounts on the portal from the command line, for automation. Secrets come from the environment or a prompt:
arguments stand in the process list and in the shell's history."""

import getpass
import os
import sys

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError

from complaints.models import PortalAccount
from complaints.services import accounts

SECRETS = {"code": "PORTAL_CODE", "client_secret": "PORTAL_CLIENT_SECRET", "default_cpf": "PORTAL_CPF"}
OPTIONS = ("client_id", "environment", "base_url", "sends_parameters_in_body", "is_active")


class Command(BaseCommand):
    help = (
        "Credenciadas do portal. Os segredos vêm das variáveis "
        f"{', '.join(SECRETS.values())} ou são perguntados; nunca vão na linha de comando."
    )

    def add_arguments(self, parser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ação")
        actions.add_parser("list", help="mostra as credenciadas e o estado de cada uma")

        add = actions.add_parser("add", help="cria a credenciada; se já existe, deixa-a como pedido")
        _add_options(add, is_new=True)
        update = actions.add_parser("update", help="altera só o que for dado (inclusive as variáveis definidas)")
        _add_options(update, is_new=False)
        update.add_argument("--rename", metavar="NOME", help="novo nome")
        update.add_argument("--ask", action="store_true", help="pergunta os segredos; em branco, ficam como estão")

        test = actions.add_parser("test", help="pede um acesso ao portal e lê as situações; falha se não der certo")
        which = test.add_mutually_exclusive_group(required=True)
        which.add_argument("name", nargs="?", metavar="nome")
        which.add_argument("--all", action="store_true", help="todas as ativas")
        for action, words in (("activate", "passa a usar"), ("deactivate", "deixa de usar")):
            switch = actions.add_parser(action, help=f"{words} a credenciada")
            switch.add_argument("name", metavar="nome")

    def handle(self, *, action: str, **options) -> None:
        getattr(self, f"_{action}")(options)

    def _list(self, options) -> None:
        for account in PortalAccount.objects.without_secrets():
            facts = (account.name, account.get_environment_display(), accounts.state_in_words(account))
            self.stdout.write(" · ".join(facts))

    def _add(self, options) -> None:
        account = PortalAccount.objects.filter(name=options["name"]).first()
        is_new = account is None
        account = account or PortalAccount(name=options["name"])
        values = _given(options)
        # What exists keeps the secrets it has; only what is missing is asked for.
        missing = [name for name in SECRETS if name not in values and not getattr(account, name)]
        self._save(account, values | _asked(missing, optional=False), is_new=is_new)

    def _update(self, options) -> None:
        account = _account(options["name"])
        values = _given(options)
        if options["rename"]:
            values["name"] = options["rename"]
        if options["ask"]:
            values |= _asked([name for name in SECRETS if name not in values], optional=True)
        self._save(account, values)

    def _activate(self, options) -> None:
        self._save(_account(options["name"]), {"is_active": True})

    def _deactivate(self, options) -> None:
        self._save(_account(options["name"]), {"is_active": False})

    def _test(self, options) -> None:
        tested = list(PortalAccount.objects.filter(is_active=True)) if options["all"] else [_account(options["name"])]
        if not tested:
            raise CommandError("Não há credenciada ativa.")
        failed = []
        for account in tested:
            report = accounts.test_connection(account=account, by=None)
            said = f"{account}: {'funciona' if report.is_ok else 'não funciona'}. {report.words}"
            self.stdout.write(f"{said} {report.milliseconds} ms.")
            if not report.is_ok:
                failed.append(str(account))
        if failed:
            raise CommandError(f"Sem conexão: {', '.join(failed)}.")

    def _save(self, account: PortalAccount, values: dict, *, is_new: bool = False) -> None:
        for name, value in values.items():
            setattr(account, name, value)
        try:
            changed = accounts.save_account(account=account, by=None, typed=values.keys())
        except ValidationError as error:
            raise CommandError("\n".join(_problems(error))) from None
        if is_new:
            self.stdout.write(f"{account}: criada, {'ativa' if account.is_active else 'inativa'}.")
        elif changed:
            self.stdout.write(f"{account}: alterada ({', '.join(map(_label, changed))}).")
        else:
            self.stdout.write(f"{account}: já estava assim.")


def _add_options(parser, *, is_new: bool) -> None:
    parser.add_argument("name", metavar="nome")
    parser.add_argument("--client-id", required=is_new)
    parser.add_argument("--environment", choices=PortalAccount.Environment.values)
    parser.add_argument("--base-url", help="só para o ambiente other; https")
    parser.add_argument(
        "--parameters-in-body",
        dest="sends_parameters_in_body",
        choices=("yes", "no"),
        help="versao e cpfAutorizado no corpo dos POST",
    )
    if is_new:
        parser.add_argument("--active", dest="is_active", action="store_const", const=True, help="já ativa")


def _given(options) -> dict:
    """The values of the command line and of the environment; what was not given is not there."""
    values = {name: options[name] for name in OPTIONS if options.get(name) is not None}
    if "sends_parameters_in_body" in values:
        values["sends_parameters_in_body"] = values["sends_parameters_in_body"] == "yes"
    if values.get("environment") and values["environment"] != PortalAccount.Environment.OTHER:
        values.setdefault("base_url", "")
    from_environment = {name: os.environ.get(variable, "").strip() for name, variable in SECRETS.items()}
    return values | {name: value for name, value in from_environment.items() if value}


def _asked(names: list[str], *, optional: bool) -> dict[str, str]:
    """Typed in without being shown. Raises CommandError where nobody can be asked."""
    if not names:
        return {}
    if not sys.stdin.isatty():
        raise CommandError(f"Defina {', '.join(SECRETS[name] for name in names)}: não há terminal para perguntar.")
    hint = " (em branco, fica como está)" if optional else ""
    typed = {name: getpass.getpass(f"{_label(name)}{hint}: ").strip() for name in names}
    return {name: value for name, value in typed.items() if value}


def _account(name: str) -> PortalAccount:
    account = PortalAccount.objects.filter(name=name).first()
    if account is None:
        known = ", ".join(PortalAccount.objects.values_list("name", flat=True)) or "nenhuma"
        raise CommandError(f"Não há credenciada «{name}». Há: {known}.")
    return account


def _problems(error: ValidationError) -> list[str]:
    return [
        words if field == NON_FIELD_ERRORS else f"{_label(field)}: {words}"
        for field, messages in error.message_dict.items()
        for words in messages
    ]


def _label(name: str) -> str:
    return str(PortalAccount._meta.get_field(name).verbose_name)
