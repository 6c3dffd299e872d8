"""Event files as they should be: every point as TensorBoard's own code has it, many at once as one by one, at once as bit by bit."""

import io
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.util.tensor_util import make_ndarray

from advisor.reading.formats import event_file
from tests.reading.event_files import DTYPES, event, everything, packed, points, tensor_event, written

SAMPLES = Path(__file__).parents[2] / "sample_runs"
REAL = Path(__file__).parents[3] / "shared" / "real_runs" / "algoperf"


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


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*tfevents*")), ids=lambda path: path.relative_to(SAMPLES).parts[0])
def test_sample_runs_are_read_as_tensorboard_does(path):
    assert assert_as_tensorboard_reads(path).lost == ()


@pytest.mark.skipif(not REAL.is_dir(), reason="the real runs are not here")
@pytest.mark.parametrize("folder", sorted(os.listdir(REAL))[::6] if REAL.is_dir() else [])
def test_real_runs_are_read_as_tensorboard_does(folder):
    for path in (REAL / folder).glob("*tfevents*"):
        assert assert_as_tensorboard_reads(path).lost == ()


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


@pytest.mark.parametrize("as_content", [True, False])
@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("code, dtype", [*DTYPES.items(), ("bfloat16", 14)])
@pytest.mark.parametrize("many", [1, 40])
def test_scalars_of_every_dtype(tmp_path, code, dtype, shape, as_content, many):
    array = np.full(shape, 0x3FC0, "<u2") if dtype == 14 else np.ones(shape, code)
    path = written(tmp_path, packed([tensor_event(array, dtype, as_content)] * many)[0])
    assert points(event_file.read(path).scalars["x"]) == [(3, 1.5 if dtype == 14 else 1.0, 5.0)] * many


def test_a_tensor_that_stands_for_several_numbers_is_no_point(tmp_path):
    several = tensor_event(np.float32([1, 1, 1]), 1, False)
    del several.summary.value[0].tensor.float_val[1:]  # how TensorFlow writes three equal numbers
    assert event_file.read(written(tmp_path, packed([several] * 40)[0])).scalars == {}


@pytest.mark.parametrize("many", [1, 40])
def test_a_plugin_is_named_once(tmp_path, many):
    scalars, table = (tensor_event(np.float32(1), 1, False, plugin) for plugin in ("scalars", "other"))
    bare = tensor_event(np.float32(2), 1, False)
    bare.summary.value[0].ClearField("metadata")
    table.summary.value[0].tag = "y"
    other = Event.FromString(bare.SerializeToString())
    other.summary.value[0].tag = "y"
    log = event_file.read(written(tmp_path, packed([other, scalars, *[bare] * many, table, *[other] * many])[0]))
    assert log.scalars["x"].values.tolist() == [1.0] + [2.0] * many and log.scalars["y"].values.tolist() == [2.0]


def test_histograms_of_both_kinds(tmp_path):
    old, new = Event(step=1), Event(step=1)
    limit = np.finfo(float).max
    old.summary.value.add(tag="old").histo.MergeFrom(
        type(old.summary.value[0].histo)(min=-2, max=5, num=4, bucket_limit=[-limit, 0, 1, limit], bucket=[0, 1, 2, 1])
    )
    table = np.array([[-2, 0, 1], [0, 1, 2], [1, 5, 1]], float)
    new.summary.CopyFrom(tensor_event(table, 2, True, "histograms").summary)
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


def test_hyperparameters_the_trainer_logs_as_text(tmp_path):
    from torch.utils.tensorboard import SummaryWriter

    with closing(SummaryWriter(str(tmp_path))) as writer:  # as transformers.integrations.TensorBoardCallback does
        writer.add_text("args", json.dumps({"learning_rate": 5e-5, "fp16": False, "label_names": None}, indent=2))
        writer.add_text("model_config", json.dumps({"hidden_size": 768, "learning_rate": 1.0, "vision": {"depth": 12}}))
        writer.add_text("notes", json.dumps({"learning_rate": 2.0}))
        writer.add_text("args", "{")
    [path] = tmp_path.iterdir()
    expected = {"learning_rate": 5e-5, "fp16": False, "label_names": None, "hidden_size": 768, "vision/depth": 12}
    assert event_file.read(path).hparams == expected


def test_the_placeholder_metric_is_nothing(tmp_path):
    assert event_file.read(written(tmp_path, packed([event(0, "hp_metric", -1)] * 40)[0])).scalars == {}


def test_diagnosing_needs_neither_tensorboard_nor_protobuf_nor_what_only_pages_need():
    code = f"""import atexit, sys; sys.argv = ["advisor", "diagnose", {str(SAMPLES / "overfitting")!r}]
atexit.register(lambda: print("loaded", *sys.modules))
from advisor.__main__ import main; main()"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SAMPLES.parent).stdout
    loaded = set(said.partition("loaded ")[2].split())
    assert {"advisor.reading.tfevents.events", "advisor.render.one_screen"} <= loaded
    assert not {"tensorboard", "google.protobuf", "tensorflow", "torch", "jinja2", "pandas", "scipy", "jsonschema"} & loaded


# A file that grows


class Counted(io.FileIO):
    """A file that counts the bytes that were read of it."""

    count = 0

    def read(self, size=-1):
        data = super().read(size)
        Counted.count += len(data)
        return data


@pytest.fixture
def counted(monkeypatch):
    """How many bytes a function reads."""
    monkeypatch.setattr(Path, "open", lambda path, mode: Counted(str(path), mode))

    def measure(function):
        Counted.count = 0
        return function(), Counted.count

    return measure


def test_of_a_grown_file_only_what_is_new_is_read(tmp_path, counted):
    data, starts = packed([event(i, f"loss/{i % 3}", i) for i in range(4000)])
    first = event_file.read(written(tmp_path, data[: starts[3000] + 7]))
    path = written(tmp_path, data)
    log, count = counted(lambda: event_file.read(path, first))
    assert everything(log) == everything(event_file.read(path)) and sum(map(len, log.scalars.values())) == 4000
    assert count < len(data) - starts[3000] + 500
    assert everything(event_file.read(path, log)) == everything(log)


def test_a_file_that_is_another_is_read_anew(tmp_path):
    first = event_file.read(written(tmp_path, packed([event(i, "old", 1) for i in range(100)])[0]))
    for events in ([event(i, "new", 2) for i in range(99)], [event(i, "new", 2) for i in range(200)], []):
        path = written(tmp_path, packed(events)[0])
        assert everything(event_file.read(path, first)) == everything(event_file.read(path))


def test_a_grown_file_replaces_what_it_said(tmp_path):
    restart = Event(step=50)
    restart.session_log.status = 1
    data, starts = packed([*(event(i) for i in range(100)), restart, *(event(i, "loss", 1) for i in range(50, 60))])
    first = event_file.read(written(tmp_path, data[: starts[101]]))
    log = event_file.read(written(tmp_path, data), first)
    assert log.purged_from == 50 and log.scalars["loss"].values.tolist() == [0.0] * 50 + [1.0] * 10
