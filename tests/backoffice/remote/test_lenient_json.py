import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.remote import lenient_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
ZERO_FILLED = st.from_regex(r"\A-?0[0-9]{1,15}(\.[0-9]{1,4})?\Z")
LOOKALIKES = st.sampled_from([':00100200344,"x":0001', '"', '\\"', "\\", "[001]", "\n007", "007é"])


@given(VALUES, st.booleans())
def test_valid_json_reads_as_json_loads_does(value, ascii_only):
    printed = json.dumps(value, ensure_ascii=ascii_only)
    assert lenient_json.loads(printed) == json.loads(printed)


@given(ZERO_FILLED, st.lists(st.text() | LOOKALIKES, min_size=1).map("".join), VALUES)
def test_a_number_with_leading_zeros_is_text_and_no_string_beside_it_is_touched(number, text, value):
    before, after = json.dumps([text, value]), json.dumps({text: text})
    printed = f'{{"before":{before},"number":{number},"list":[{number}],"after":{after}}}'
    assert lenient_json.loads(printed) == {
        "before": json.loads(before),
        "number": number,
        "list": [number],
        "after": {text: text},
    }


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ('{"documento":00100200344}', {"documento": "00100200344"}),
        ('{"codigo" : 0000001 }', {"codigo": "0000001"}),
        ("[01,0,0.5,-0,1e05,10,-012]", ["01", 0, 0.5, 0, 1e05, 10, "-012"]),
        ("007", "007"),
    ],
)
def test_only_what_json_forbids_becomes_text(printed, read):
    assert lenient_json.loads(printed) == read


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "<html><body>Em manutenção</body></html>",
        '{"documento":0010020',
        '{"a":0x1F}',
        '{"a":001a}',
        '{"a":"never closed',
        "[" * 100_000,
        b"\x00\xff\xfe",
    ],
)
def test_garbage_is_refused_without_being_repeated(garbage):
    with pytest.raises(ValueError, match="^not JSON, even with leading zeros allowed$") as refusal:
        lenient_json.loads(garbage)
    assert refusal.value.__context__ is None
    assert not hasattr(refusal.value, "doc")


@pytest.mark.parametrize(
    "data",
    [
        '{"nome":"João"}'.encode(),
        b"\xef\xbb\xbf" + '{"nome":"João"}'.encode(),
        '{"nome":"João"}'.encode("latin-1"),
        "\ufeff" + '{"nome":"João"}',
    ],
)
def test_utf8_with_or_without_its_mark_and_latin1_read_alike(data):
    assert lenient_json.loads(data) == {"nome": "João"}


def test_bytes_of_windows_quotes_read_as_quotes():
    assert lenient_json.loads(b'["\x93ok\x94"]') == ["“ok”"]


def test_a_raw_line_break_inside_a_string_is_kept():
    assert lenient_json.loads('{"texto":"uma\nduas","n":007}') == {"texto": "uma\nduas", "n": "007"}


def test_a_long_run_of_unclosed_quotes_is_refused_at_once():
    with pytest.raises(ValueError, match="not JSON"):
        lenient_json.loads('["' + '\\"' * 500_000)
