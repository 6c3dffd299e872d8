"""Event files as TensorBoard's own code writes them, and as its own messages read them back."""

import io

import numpy as np
from google.protobuf.message import DecodeError
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util.tensor_util import make_ndarray

NAME = "events.out.tfevents.1700000000.host.1.0"
DTYPES = {"<f4": 1, "<f8": 2, "<i4": 3, "u1": 4, "<i2": 5, "i1": 6, "<i8": 9, "?": 10, "<u2": 17, "<f2": 19, "<u4": 22, "<u8": 23}
LISTS = {1: "float_val", 2: "double_val", 9: "int64_val", 10: "bool_val", 22: "uint32_val", 23: "uint64_val"}


def event(step, tag="loss", value=0.0):
    written = Event(step=step, wall_time=1.7e9 + step)
    written.summary.value.add(tag=tag, simple_value=value)
    return written


def tensor(array, dtype, as_content):
    made = TensorProto(dtype=dtype, tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=n) for n in array.shape]))
    if as_content:
        made.tensor_content = array.tobytes()
    elif dtype in (14, 19):
        made.half_val.extend(array.view("<u2").reshape(-1).tolist())
    else:
        getattr(made, LISTS.get(dtype, "int_val")).extend(array.reshape(-1).tolist())
    return made


def tensor_event(array, dtype, as_content, plugin="scalars"):
    """One summary the TensorFlow 2 way."""
    made = Event(step=3, wall_time=5.0)
    value = made.summary.value.add(tag="x", tensor=tensor(array, dtype, as_content))
    value.metadata.plugin_data.plugin_name = plugin
    return made


def packed(events):
    """The bytes of an event file, and where each of its records begins; events are messages, or bytes of one."""
    file, starts = io.BytesIO(), []
    writer = RecordWriter(file)
    for written in [Event(wall_time=1.7e9, file_version="brain.Event:2"), *events]:
        starts.append(file.tell())
        writer.write(written if isinstance(written, bytes) else written.SerializeToString())
    return file.getvalue(), starts


def written(folder, data):
    (folder / NAME).write_bytes(data)
    return folder / NAME


def points(curve):
    return list(zip(curve.steps.tolist(), curve.values.tolist(), curve.wall.tolist(), strict=True))


def everything(log):
    """All a Log says, to be compared."""
    histograms = {
        tag: [h.steps.tolist(), h.wall.tolist(), [e.tolist() for e in h.edges], [c.tolist() for c in h.counts]]
        for tag, h in log.histograms.items()
    }
    scalars = {tag: [points(curve), None if curve.order is None else curve.order.tolist()] for tag, curve in log.scalars.items()}
    return scalars, histograms, log.hparams, log.lost, log.started, log.purged_from


def array_of(message):
    """A TensorProto as numbers; make_ndarray knows no lists of unsigned ones."""
    unsigned = [*message.uint32_val, *message.uint64_val]
    return np.array(unsigned) if unsigned else make_ndarray(message)


def by_protobuf(messages):
    """Points and the steps of histograms by tag, as protobuf and TensorBoard's make_ndarray read the events."""
    scalars: dict = {}
    histograms: dict = {}
    plugins: dict = {}
    for message in messages:
        try:
            read = Event.FromString(message)
        except DecodeError:
            continue
        for value in read.summary.value:
            kind, own = value.WhichOneof("value"), value.metadata.plugin_data.plugin_name
            if own not in ("", "scalars") and kind in ("tensor", None):
                plugins.setdefault(value.tag, own)
            plugin = own or plugins.get(value.tag, "")
            if kind == "simple_value":
                scalars.setdefault(value.tag, []).append((read.step, value.simple_value, read.wall_time))
            elif kind == "histo":
                histograms.setdefault(value.tag, []).append(read.step)
            elif kind == "tensor" and (array := array_of(value.tensor)).dtype.kind != "O":
                if plugin == "histograms" and array.size and array.size % 3 == 0:
                    histograms.setdefault(value.tag, []).append(read.step)
                elif plugin in ("", "scalars") and array.size == 1:
                    scalars.setdefault(value.tag, []).append((read.step, float(array.reshape(())), read.wall_time))
        if read.session_log.status == SessionLog.START:
            scalars = {tag: [p for p in rows if p[0] < read.step] for tag, rows in scalars.items()}
            histograms = {tag: [s for s in steps if s < read.step] for tag, steps in histograms.items()}
    return {tag: sorted(rows, key=lambda p: p[0]) for tag, rows in scalars.items() if rows and tag.split("/")[-1] != "hp_metric"}, {
        tag: sorted(steps) for tag, steps in histograms.items() if steps
    }
