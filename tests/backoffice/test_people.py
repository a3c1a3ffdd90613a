import pytest
from django.core.exceptions import ValidationError

from backoffice.people import User


def test_a_persons_cpf_is_kept_bare():
    person = User(username="marina", authorized_cpf="529.982.247-25")
    person.clean()
    assert person.authorized_cpf == "52998224725"


def test_a_person_may_have_no_cpf_and_no_wrong_one():
    User(username="marina").clean()
    with pytest.raises(ValidationError) as caught:
        User(username="marina", authorized_cpf="52998224724").clean()
    assert list(caught.value.message_dict) == ["authorized_cpf"]
    assert "52998224724" not in str(caught.value)
