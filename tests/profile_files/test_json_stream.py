"""A document in pieces of any size reads as json.loads reads it whole; what is broken ends in one line."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.profile_files import json_stream
from app.profile_files.errors import UnreadableProfile
from app.profile_files.json_stream import ITEM, members

plain = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    plain | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def read(raw, *, streamed="traceEvents", chunk=1 << 20, item_bytes=1 << 20, monkeypatch=None):
    file = io.BytesIO(raw)
    return list(members(lambda size: file.read(min(size, chunk)), streamed=streamed, item_bytes=item_bytes))


@given(st.dictionaries(st.text(max_size=6), values, max_size=4), st.lists(values, max_size=5), st.integers(1, 40))
@settings(max_examples=120, deadline=None)
def test_any_document_in_any_pieces_reads_as_a_whole(others, items, chunk):
    others.pop("traceEvents", None)
    raw = json.dumps({**others, "traceEvents": items}, indent=1).encode()
    found = read(raw, chunk=chunk)
    assert [value for key, value in found if key is ITEM] == items
    assert {key: value for key, value in found if key is not ITEM} == others


def test_a_top_array_is_streamed_as_well():
    assert read(b' [1, {"a": 2}] ') == [(ITEM, 1), (ITEM, {"a": 2})]


def test_a_number_at_the_end_of_a_chunk_is_read_whole():
    assert read(b'{"a": 123456, "b": 1}', chunk=9) == [("a", 123456), ("b", 1)]


def test_a_byte_order_mark_and_bytes_that_are_no_utf8_do_no_harm():
    assert read(b'\xef\xbb\xbf{"a": "\xff"}') == [("a", "\ufffd")]


def test_an_array_of_another_name_is_one_value():
    assert read(b'{"samples": [1, 2]}') == [("samples", [1, 2])]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "nothing but white space"),
        (b"  \n ", "nothing but white space"),
        (b"hello", "neither JSON"),
        (b"{", "ends too early"),
        (b'{"a"', "ends too early"),
        (b'{"a": ', "ends too early"),
        (b'{"a": 1', "ends too early"),
        (b'{"traceEvents": [{"a": 1}, {"b', "ends too early"),
        (b'{"traceEvents": [{"a": 1}', "ends too early"),
        (b'{"a": 1 "b": 2}', "broken at character 8: expected ,"),
        (b"{a: 1}", "broken at character 1: expected a name in quotes"),
        (b'{"traceEvents": [1 2]}', "expected a comma or"),
        (b'{"traceEvents": [{"a": nope}, 1]}', "broken"),
        (b'{"traceEvents": [{"a": "\\x"}, 1]}', "broken"),
        (b'{"traceEvents": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"traceEvents": [' + b'{"a":' * 100_000, "nested too deeply"),
        (b'{"traceEvents": [{"ts": ' + b"9" * 10_000 + b"}]}", "broken"),
    ],
)
def test_what_is_broken_ends_in_one_line(raw, message):
    with pytest.raises(UnreadableProfile, match=message) as error:
        read(raw)
    assert "\n" not in str(error.value)


def test_an_item_without_end_is_given_up_after_its_limit():
    raw = b'{"traceEvents": [{"name": "' + b"a" * (6 << 20)
    with pytest.raises(UnreadableProfile, match="broken at character"):
        read(raw, item_bytes=2 << 20)


def test_the_window_stays_small_while_a_long_array_goes_by(monkeypatch):
    monkeypatch.setattr(json_stream, "_CHUNK", 1024)
    longest = 0
    file = io.BytesIO(b'{"traceEvents": [' + b",".join(b'{"a": 1}' for _ in range(20_000)) + b"]}")
    more = json_stream._Window._more

    def watched(window):
        nonlocal longest
        found = more(window)
        longest = max(longest, len(window._text))
        return found

    monkeypatch.setattr(json_stream._Window, "_more", watched)
    n = sum(1 for _ in members(file.read, streamed="traceEvents", item_bytes=1 << 20))
    assert n == 20_000
    assert longest < 3000
