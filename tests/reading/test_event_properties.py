"""Event files of any content, whole, damaged and growing: many records at once are read as one by one, and as protobuf reads them."""

import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event, SessionLog

from advisor.reading.formats import event_file
from tests.reading.event_files import DTYPES, by_protobuf, everything, packed, points, tensor, written

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TAGS = st.one_of(st.sampled_from(["loss", "a/hp_metric", ""]), TEXTS)
STEPS = st.one_of(st.integers(0, 300), st.integers(-(2**63), 2**63 - 1))
FLOATS = st.one_of(st.floats(width=32), st.sampled_from([0.0, -0.0, float("nan"), float("inf")]))
PLUGINS = st.sampled_from(["", "", "scalars", "histograms", "text"])
UNKNOWN = st.sampled_from([b"", b"", b"", b"\xfa\x3e\x03abc", b"\xf8\x3e\x7f", b"\xfd\x3e1234", b"\xfb\x3e\x08\x01\xfc\x3e"])


@st.composite
def values(draw):
    """A function that gives a summary value the i-th of its numbers."""
    kind, tag, plugin = (
        draw(st.sampled_from(["simple", "simple", "tensor", "tensor", "table", "histo", "image", "string"])),
        draw(TAGS),
        draw(PLUGINS),
    )
    code, as_content = draw(st.sampled_from(list(DTYPES))), draw(st.booleans())
    seed, shape = draw(st.integers(0, 99)), draw(st.sampled_from([(), (), (1,), (2,)]))

    def fill(value, i):
        rng = np.random.default_rng(seed + i)
        value.tag = tag
        if plugin and kind != "simple":
            value.metadata.plugin_data.plugin_name = "histograms" if kind == "table" else plugin
        if kind == "simple":
            value.simple_value = [rng.normal(), np.nan, -np.inf][seed % 3 if i % 5 == 0 else 0]
        elif kind == "tensor":
            array = (
                (rng.normal(size=shape) * 100).astype("i8").astype(code)
                if np.dtype(code).kind in "iub"
                else rng.normal(size=shape).astype(code)
            )
            value.tensor.CopyFrom(tensor(np.asarray(array), DTYPES[code], as_content))
        elif kind == "table":
            value.tensor.CopyFrom(tensor(rng.normal(size=(4, 3)), 2, as_content))
        elif kind == "histo":
            value.histo.MergeFrom(type(value.histo)(min=-1, max=1, bucket_limit=[-1, 0, 1], bucket=rng.integers(0, 9, 3).tolist()))
        elif kind == "image":
            value.image.encoded_image_string = bytes(rng.integers(0, 256, 30).tolist())
        else:
            value.tensor.dtype = 7
            value.tensor.string_val.append(b"text")

    return fill


@st.composite
def messages(draw):
    """The bytes of some events, many of them alike but for their numbers, their fields in any order, some unknown ones among them."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        fills, begin, backwards = draw(st.lists(values(), max_size=3)), draw(STEPS), draw(st.sampled_from([1, 1, -3, 1000]))
        order, unknown = draw(st.permutations(range(3))), draw(UNKNOWN)
        for i in range(draw(st.sampled_from([1, 2, 30]))):
            said = Event()
            for fill in fills:
                fill(said.summary.value.add(), i)
            step = min(max(begin + i * backwards, -(2**63)), 2**63 - 1)
            parts = [Event(wall_time=1e9 + i), Event(step=step), said]
            found.append((i, unknown + b"".join(parts[k].SerializeToString() for k in order)))
        if draw(st.integers(0, 3)) == 0:
            found.append((draw(st.integers(0, 30)), Event(step=draw(STEPS), session_log=SessionLog(status=1)).SerializeToString()))
    return [message for _, message in sorted(found, key=lambda pair: pair[0])]


def read(data, **options):
    with tempfile.TemporaryDirectory() as folder:
        return event_file.read(written(Path(folder), data), **options)


def one_by_one(data, **options):
    with mock.patch("advisor.reading.tfevents.templates.FEW", 10**9):
        return read(data, **options)


@settings(max_examples=200, deadline=None)
@given(messages(), st.sampled_from([64, 1000, 1 << 20]))
def test_any_events_are_read_as_protobuf_does(found, block):
    data, _ = packed(found)
    with mock.patch("advisor.reading.tfevents.tfrecord.BLOCK", block):
        log = read(data)
    scalars, histograms = by_protobuf(found)
    np.testing.assert_equal({tag: points(curve) for tag, curve in log.scalars.items()}, scalars)
    assert {tag: h.steps.tolist() for tag, h in log.histograms.items()} == histograms and log.lost == ()


@settings(max_examples=200, deadline=None)
@given(messages(), st.data())
def test_damaged_or_not_many_at_once_are_read_as_one_by_one(found, data):
    whole, _ = packed(found)
    place, cut = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 60))
    blob = whole[:place] + data.draw(st.binary(max_size=60)) + whole[place + cut :]
    verify = data.draw(st.booleans())
    fast, slow = read(blob, verify=verify), one_by_one(blob, verify=verify)
    np.testing.assert_equal(everything(fast), everything(slow))
    assert list(fast.scalars) == list(slow.scalars)


@settings(max_examples=100, deadline=None)
@given(messages(), st.data())
def test_a_changed_byte_costs_no_more_than_its_record(found, data):
    whole, starts = packed(found)
    place = data.draw(st.integers(0, len(whole) - 1))
    hit = next(i for i, end in enumerate([*starts[1:], len(whole)]) if place < end) - 1  # of `found`
    blob = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    log = read(blob, verify=True)
    scalars, histograms = by_protobuf(found[:hit] + found[hit + 1 :] if hit >= 0 else found)
    np.testing.assert_equal({tag: points(curve) for tag, curve in log.scalars.items()}, scalars)
    assert {tag: h.steps.tolist() for tag, h in log.histograms.items()} == histograms and len(log.lost) == 1


@settings(max_examples=100, deadline=None)
@given(messages(), st.data())
def test_a_file_read_while_it_grows_says_the_same_in_the_end(found, data):
    whole, _ = packed(found)
    verify = data.draw(st.booleans())
    log = None
    for end in sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4))):
        log = read(whole[:end], earlier=log, verify=verify)
        np.testing.assert_equal(everything(log), everything(read(whole[:end], verify=verify)))
    np.testing.assert_equal(everything(read(whole, earlier=log, verify=verify)), everything(read(whole, verify=verify)))
