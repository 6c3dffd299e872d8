"""Every log format by round trip, TensorBoard's own reader as the oracle; and damaged files, which lose only what is damaged."""

import io
import os
import socket
import struct
import tempfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util.tensor_util import make_ndarray

from advisor.formats import event_file, formats, hparams_file
from advisor.tfrecord import HEAD, Gap, masked_crc, next_header, records

REAL = Path(__file__).parents[2] / "shared" / "real_runs" / "algoperf"
NAME = "events.out.tfevents.1700000000.host.1.0"
DTYPES = {"<f4": 1, "<f8": 2, "<i4": 3, "u1": 4, "<i2": 5, "i1": 6, "<i8": 9, "?": 10, "<u2": 17, "<f2": 19, "<u4": 22, "<u8": 23}


def event(step, tag="loss", value=0.0):
    written = Event(step=step, wall_time=1.7e9 + step)
    written.summary.value.add(tag=tag, simple_value=value)
    return written


def packed(events):
    """The bytes of an event file, and where each of its records begins."""
    file, starts = io.BytesIO(), []
    writer = RecordWriter(file)
    for written in [Event(wall_time=1.7e9, file_version="brain.Event:2"), *events]:
        starts.append(file.tell())
        writer.write(written.SerializeToString())
    return file.getvalue(), starts


def written(folder, data):
    (folder / NAME).write_bytes(data)
    return folder / NAME


def points(curve):
    return list(zip(curve.steps.tolist(), curve.values.tolist(), curve.wall.tolist(), strict=True))


def assert_as_tensorboard_reads(path):
    """Every scalar and histogram of the file, value for value."""
    oracle = EventAccumulator(
        str(path), size_guidance=dict.fromkeys(["scalars", "tensors", "histograms", "compressedHistograms", "images"], 0)
    )
    oracle.Reload()
    log, tags = event_file.read(path), oracle.Tags()
    expected = {tag: [(e.step, e.value, e.wall_time) for e in oracle.Scalars(tag)] for tag in tags["scalars"]}
    shapes = {tag: len(oracle.Histograms(tag)) for tag in tags["histograms"]}
    for tag in tags["tensors"]:
        arrays = [(e.step, make_ndarray(e.tensor_proto), e.wall_time) for e in oracle.Tensors(tag)]
        plugin = oracle.SummaryMetadata(tag).plugin_data.plugin_name
        if plugin == "scalars":
            expected[tag] = [(step, float(array.reshape(())), wall) for step, array, wall in arrays]
        elif plugin == "histograms":
            shapes[tag] = len(arrays)
    expected.pop("hp_metric", None)
    np.testing.assert_equal({tag: points(curve) for tag, curve in log.scalars.items()}, expected)
    assert {tag: len(h.steps) for tag, h in log.histograms.items()} == shapes
    return log


def test_every_format_says_whether_it_stands_alone():
    assert all(isinstance(f.BESIDE, bool) and callable(f.sniff) and callable(f.read) for f in formats())


@pytest.mark.parametrize("new_style", [False, True])
def test_what_torch_writes_is_read_back(tmp_path, new_style):
    from torch.utils.tensorboard import SummaryWriter

    values = [0.5, float("nan"), float("inf"), -float("inf"), 1e-30]
    with closing(SummaryWriter(str(tmp_path))) as writer:
        for step, value in enumerate(values):
            writer.add_scalar("Loss/train", value, step * 10, new_style=new_style)
            writer.add_scalar("Lärm ☃", -value, step, new_style=new_style)
        writer.add_histogram("fc.weight.grad", np.linspace(-1, 3, 1000), 7)
        writer.add_image("image", np.zeros((3, 4, 4)), 0)
        writer.add_text("text", "some text", 0)
    [path] = tmp_path.iterdir()
    log = assert_as_tensorboard_reads(path)
    np.testing.assert_equal(log.scalars["Loss/train"].values, np.float32(values).astype(float))
    histogram = log.histograms["fc.weight.grad"]
    assert histogram.edges[0][0] >= -1 and histogram.edges[0][-1] <= 3 and histogram.counts[0].sum() == 1000
    assert histogram.rms().values[0] == pytest.approx(np.sqrt(np.mean(np.linspace(-1, 3, 1000) ** 2)), rel=0.05)
    assert log.lost == () and log.started > 1e9


def tensor_event(array, dtype, as_content):
    """One scalar summary the TensorFlow 2 way."""
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=n) for n in array.shape])
    tensor = TensorProto(dtype=dtype, tensor_shape=shape)
    if as_content:
        tensor.tensor_content = array.tobytes()
    elif dtype in (14, 19):
        tensor.half_val.extend(array.view("<u2").reshape(-1).tolist())
    else:
        fields = {1: "float_val", 2: "double_val", 9: "int64_val", 10: "bool_val", 22: "uint32_val", 23: "uint64_val"}
        getattr(tensor, fields.get(dtype, "int_val")).extend(array.reshape(-1).tolist())
    made = Event(step=3, wall_time=5.0)
    value = made.summary.value.add(tag="x", tensor=tensor)
    value.metadata.plugin_data.plugin_name = "scalars"
    return made


@pytest.mark.parametrize("as_content", [True, False])
@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("code, dtype", [*DTYPES.items(), ("bfloat16", 14)])
def test_scalars_of_every_dtype(tmp_path, code, dtype, shape, as_content):
    array = np.full(shape, 0x3FC0, "<u2") if dtype == 14 else np.ones(shape, code)
    path = written(tmp_path, packed([tensor_event(array, dtype, as_content)])[0])
    assert points(event_file.read(path).scalars["x"]) == [(3, 1.5 if dtype == 14 else 1.0, 5.0)]


def test_a_plugin_is_named_once(tmp_path):
    first, second = tensor_event(np.float32(1), 1, False), tensor_event(np.float32(2), 1, False)
    second.summary.value[0].ClearField("metadata")
    assert event_file.read(written(tmp_path, packed([first, second])[0])).scalars["x"].values.tolist() == [1.0, 2.0]


def test_histograms_of_both_kinds(tmp_path):
    old, new = Event(step=1), Event(step=1)
    limit = np.finfo(float).max
    old.summary.value.add(tag="old").histo.MergeFrom(
        type(old.summary.value[0].histo)(min=-2, max=5, num=4, bucket_limit=[-limit, 0, 1, limit], bucket=[0, 1, 2, 1])
    )
    table = np.array([[-2, 0, 1], [0, 1, 2], [1, 5, 1]], float)
    new.summary.CopyFrom(tensor_event(table, 2, True).summary)
    new.summary.value[0].metadata.plugin_data.plugin_name = "histograms"
    log = event_file.read(written(tmp_path, packed([old, new])[0]))
    for histogram in log.histograms.values():
        assert histogram.edges[0].tolist() == [-2, 0, 1, 5] and histogram.counts[0].tolist() == [1, 2, 1]
    assert set(log.histograms) == {"old", "x"}


def test_hyperparameters_of_the_plugin(tmp_path):
    from torch.utils.tensorboard import SummaryWriter

    with closing(SummaryWriter(str(tmp_path))) as writer:
        writer.add_hparams({"lr": 0.1, "bs": 32, "opt": "sgd", "amp": True}, {"score": 1.0})
    [path] = tmp_path.glob("*/events*")
    assert event_file.read(path).hparams == {"lr": 0.1, "bs": 32.0, "opt": "sgd", "amp": True}


def test_the_placeholder_metric_is_nothing(tmp_path):
    assert event_file.read(written(tmp_path, packed([event(0, "hp_metric", -1)])[0])).scalars == {}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real runs are not here")
@pytest.mark.parametrize("folder", sorted(os.listdir(REAL))[::6] if REAL.is_dir() else [])
def test_real_runs_are_read_as_tensorboard_does(folder):
    for path in (REAL / folder).glob("*tfevents*"):
        assert assert_as_tensorboard_reads(path).lost == ()


# Damage

N = 1000
DATA, STARTS = packed([event(i, "loss", i) for i in range(N)])
MIDDLE = STARTS[501]  # of the record of step 500
DAMAGES = {
    "torn tail": (DATA[:-9], N - 1, "the last record was cut at byte"),
    "zero tail": (DATA + bytes(4096), N, f"4096 bytes at offset {len(DATA)} "),
    "zeros in the middle": (DATA[:MIDDLE] + bytes(512) + DATA[MIDDLE + 512 :], N - 14, f"at offset {MIDDLE} "),
    "zeros in the middle of a record": (DATA[: MIDDLE + 20] + bytes(512) + DATA[MIDDLE + 532 :], N - 14, f"at offset {MIDDLE} "),
    "a bit flipped in a length": (DATA[:MIDDLE] + bytes([DATA[MIDDLE] ^ 64]) + DATA[MIDDLE + 1 :], N - 1, f"at offset {MIDDLE} "),
    "a high bit flipped in a length": (DATA[: MIDDLE + 7] + b"\x40" + DATA[MIDDLE + 8 :], N - 1, f"at offset {MIDDLE} "),
    "bytes cut out": (DATA[: MIDDLE + 5] + DATA[MIDDLE + 105 :], N - 4, f"at offset {MIDDLE} "),
    "bytes cut out near the end": (DATA[: STARTS[-3] + 20] + DATA[STARTS[-3] + 60 :], N - 3, f"at offset {STARTS[-3]} "),
    "bytes put in": (DATA[:MIDDLE] + b"junk" * 25 + DATA[MIDDLE:], N, f"100 bytes at offset {MIDDLE} "),
    "a payload of garbage": (DATA[: MIDDLE + 12] + b"\xff" * 20 + DATA[MIDDLE + 32 :], N - 1, f"at offset {MIDDLE} "),
    "two places": (DATA[:MIDDLE] + bytes(20) + DATA[MIDDLE + 20 : STARTS[800]] + b"x" + DATA[STARTS[800] :], N - 1, "1 bytes at offset"),
}


@pytest.mark.parametrize("block", [1 << 10, 8 << 20])
@pytest.mark.parametrize("data, least, said", DAMAGES.values(), ids=DAMAGES)
def test_damage_loses_only_itself_and_is_told(tmp_path, monkeypatch, data, least, said, block):
    monkeypatch.setattr("advisor.tfrecord.BLOCK", block)
    log = event_file.read(written(tmp_path, data))
    curve = log.scalars["loss"]
    assert least <= len(curve) <= N and (curve.steps == curve.values).all()
    assert any(said in sentence for sentence in log.lost) and all(sentence.startswith(NAME) for sentence in log.lost)


@pytest.mark.parametrize(
    "data, said", [(b"", "is empty"), (b"no event file at all, but some text", "no whole record"), (bytes(99), "no whole record")]
)
def test_a_file_without_any_record(tmp_path, data, said):
    log = event_file.read(written(tmp_path, data))
    assert not log.scalars and len(log.lost) == 1 and said in log.lost[0]


def test_many_places_are_summed_up(tmp_path):
    data = b"x".join(DATA[a:b] for a, b in pairwise([*STARTS, len(DATA)]))
    log = event_file.read(written(tmp_path, data))
    assert len(log.scalars["loss"]) == N and len(log.lost) == 11 and "990 more places" in log.lost[-1]


def test_a_sparse_file_is_soon_read(tmp_path):
    path = written(tmp_path, DATA)
    os.truncate(path, 1 << 28)
    log = event_file.read(path)
    assert len(log.scalars["loss"]) == N and f"{(1 << 28) - len(DATA)} bytes" in log.lost[0]


def test_a_huge_record_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("advisor.tfrecord.BLOCK", 1 << 10)
    monkeypatch.setattr("advisor.tfrecord.HUGE", 1 << 14)
    image = Event(step=1)
    image.summary.value.add(tag="image").image.encoded_image_string = bytes(1 << 20)
    data, _ = packed([event(0), image, event(2)])
    log = event_file.read(written(tmp_path, data))
    assert log.scalars["loss"].steps.tolist() == [0, 2] and not log.lost


def test_headers_are_found_wherever_they_are():
    array = np.frombuffer(b"\0" * 1000 + DATA, np.uint8)
    for stride in (13, 1000, 1 << 20):
        assert next_header(array, 0, stride) == 1000 and next_header(array, 1001, stride) == 1000 + STARTS[1]
    assert next_header(np.zeros(5000, np.uint8), 0) is None


def test_the_crc_is_the_standards():
    crc = int(masked_crc(b"123456789")[0])
    assert ((crc - 0xA282EAD8) & 0xFFFFFFFF) == ((0xE3069283 >> 15) | (0xE3069283 << 17)) & 0xFFFFFFFF


numbers = st.floats(width=32, allow_nan=True, allow_infinity=True)
logged = st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9), numbers, st.booleans()), max_size=12)


@settings(max_examples=60, deadline=None)
@given(logged, st.integers(-(2**62), 2**62), st.data())
def test_any_points_are_read_and_any_cut_leaves_the_ones_before(rows, step, data):
    events = [tensor_event(np.float32(v), 1, True) if new else event(0, "x", v) for _, v, new in rows]
    for made, (tag, _, _) in zip(events, rows, strict=True):
        made.step, made.summary.value[0].tag = step, tag
    blob, starts = packed(events)
    cut = data.draw(st.integers(0, len(blob)))
    whole = sum(end <= cut for end in [*starts[1:], len(blob)])
    with tempfile.TemporaryDirectory() as folder:
        log = event_file.read(written(Path(folder), blob[:cut]))
    expected: dict = {}
    for tag, value, _ in rows[: max(0, whole - 1)]:
        expected.setdefault(tag, []).append(value)
    np.testing.assert_equal({t: c.values.tolist() for t, c in log.scalars.items()}, {t: v for t, v in expected.items() if t != "hp_metric"})
    assert len(log.lost) == (cut not in [*starts[1:], len(blob)])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(DATA)), st.integers(0, 400))
def test_no_bytes_make_it_fail(junk, place, cut):
    gaps: list[Gap] = []
    found = [payload for _, payload in records(io.BytesIO(DATA[:place] + junk + DATA[place + cut :]), gaps)]
    damaged = (len(junk) + cut) // (HEAD + 4) + 4
    assert len(found) >= N + 1 - damaged and len(gaps) <= 3


def test_what_is_no_event_file_is_left_alone(tmp_path):
    (tmp_path / "tfevents").mkdir()
    (tmp_path / "pointer.tfevents").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(tmp_path / "s.tfevents"))
        assert not any(event_file.sniff(path) for path in tmp_path.iterdir())


# Hyperparameters in files

YAML = """
lr: 1e-3
betas: !!python/tuple [0.9, 0.999]
optimizer: {name: sgd, momentum: 0.9, deep: {er: {than: asked}}}
model: !!python/object:os.system {command: "touch /nowhere"}
run: !!python/object/apply:os.system ["touch run"]
path: !!python/object/apply:pathlib.PosixPath [a, b]
amp: true
none: null
day: 2020-01-01
version: 1.2.3
"""


def test_hyperparameters_in_yaml(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("hparams.yaml").write_text(YAML)
    found = hparams_file.read(Path("hparams.yaml")).hparams
    assert found["lr"] == 0.001 and found["betas"] == (0.9, 0.999) and found["optimizer/momentum"] == 0.9
    assert found["model/command"] == "touch /nowhere" and found["amp"] is True and found["none"] is None and found["version"] == "1.2.3"
    assert os.listdir() == ["hparams.yaml"]


@pytest.mark.parametrize("text", ["1e-3", "1E-3", "1.e-3", ".001", "1_000e-6", "+1e-03"])
def test_numbers_in_yaml(tmp_path, text):
    (tmp_path / "args.yml").write_text(f"lr: {text}\nname: 12e03x\nsteps: 10\nhost: 1.2.3.4\n")
    assert hparams_file.read(tmp_path / "args.yml").hparams == {
        "lr": pytest.approx(0.001),
        "name": "12e03x",
        "steps": 10,
        "host": "1.2.3.4",
    }


BROKEN = {
    "json cut off": ("args.json", "{"),
    "yaml cut off": ("args.yaml", "a: [1"),
    "yaml without an anchor": ("args.yaml", "a: [*x]"),
    "json nested too deep": ("args.json", "[" * 99999),
    "yaml nested too deep": ("args.yaml", "[" * 999),
    "a list": ("hparams.json", "[1, 2]"),
    "a key that is a list": ("args.yaml", "{[1]: 2}"),
    "control characters": ("args.yml", "\x00"),
    "too large": ("hparams.yaml", "x: 1\n" * 300_000),
}


@pytest.mark.parametrize("name, text", BROKEN.values(), ids=BROKEN)
def test_hyperparameters_that_cannot_be_read_are_told(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    log = hparams_file.read(tmp_path / name)
    assert not log.hparams and len(log.lost) == 1 and name in log.lost[0]


@pytest.mark.parametrize("text", ["a: &a {b: *a}", "a: &a [*a]", "? {a: 1}\n: 2", "1: 2", "- 1", "", "a: 9999-99-99"])
def test_odd_yaml_does_no_harm(tmp_path, text):
    (tmp_path / "hparams.yaml").write_text(text)
    log = hparams_file.read(tmp_path / "hparams.yaml")
    assert all(isinstance(name, str) for name in log.hparams)


def test_json_of_a_real_kind(tmp_path):
    (tmp_path / "hparams.json").write_text(
        '{"learning_rate": 1e-3, "nan": NaN, "sizes": [1, 2], "nested": {"a": {"b": {"c": 1}}}, "objects": [{}]}'
    )
    found = hparams_file.read(tmp_path / "hparams.json").hparams
    assert found["learning_rate"] == 0.001 and np.isnan(found["nan"]) and found["sizes"] == [1, 2] and set(found) >= {"nan"}


def test_a_length_is_little_endian():
    assert struct.unpack("<Q", DATA[:8])[0] == STARTS[1] - HEAD - 4
