import pickle

import pytest

from backoffice.remote.errors import (
    CredentialsRefused,
    RemoteRejected,
    RemoteUnavailable,
    RemoteUncertain,
    safe_words,
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("CPF 00100200344 sem permissão.", "CPF *** sem permissão."),
        ("CPF 001.002.003-44 sem permissão", "CPF *** sem permissão"),
        ("usuario/00100200344", "usuario/***"),
        ("Reclamação 20140100000091189", "Reclamação 20140100000091189"),
        ("Reclamação 2014.01/00000091189", "Reclamação 2014.01/00000091189"),
        ("Empresa 85.766.474/0001-00", "Empresa 85.766.474/0001-00"),
        ("Empresa 85766474000100", "Empresa 85766474000100"),
        ("  duas\r\nlinhas\x00 ", "duas linhas"),
        ("segredo-de-verdade negado", "*** negado"),
    ],
)
def test_words_hide_cpfs_and_secrets_and_nothing_else(said, shown):
    assert safe_words(said, secrets=("segredo-de-verdade", "ok")) == shown


def test_words_are_cut_short():
    assert len(safe_words("palavra " * 1000)) == 500


def test_refused_credentials_count_as_nothing_sent():
    assert issubclass(CredentialsRefused, RemoteUnavailable)


def test_a_rejection_without_words_gets_ours():
    assert RemoteRejected(404, "", "").words == "Pedido não aceito (HTTP 404), sem motivo informado."


@pytest.mark.parametrize(
    "error",
    [RemoteUnavailable("fora", 3.0), CredentialsRefused("não"), RemoteRejected(400, "7", "não"), RemoteUncertain("?")],
)
def test_errors_survive_pickling(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert str(copy) == error.words
