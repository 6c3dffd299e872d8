"""Event files as several writers leave them, for the tests of what files mean together."""

import io
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.summary.writer.record_writer import RecordWriter

from advisor.reading.runs import read


def log(folder, curves, began=1000.0, name=None, purge=None, seconds=1.0):
    """An event file of {tag: {step: value}} or {tag: steps}, one point of each tag every so many seconds."""
    rows = [
        (began + (i + 1) * seconds, tag, int(step), value) for tag, curve in curves.items() for i, (step, value) in enumerate(pairs(curve))
    ]
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder) / (name or f"events.out.tfevents.{began:.0f}.host")
    path.write_bytes(events(sorted(rows, key=lambda row: row[0]), began, purge))
    return path


def events(rows, began, purge=None):
    """The bytes of an event file of (wall, tag, step, value), in this order."""
    file = io.BytesIO()
    writer = RecordWriter(file)
    writer.write(Event(wall_time=began, file_version="brain.Event:2").SerializeToString())
    if purge is not None:
        writer.write(Event(wall_time=began, step=purge, session_log=SessionLog(status=SessionLog.START)).SerializeToString())
    for wall, tag, step, value in rows:
        event = Event(wall_time=wall, step=step)
        event.summary.value.add(tag=tag, simple_value=value)
        writer.write(event.SerializeToString())
    return file.getvalue()


def pairs(curve):
    return curve.items() if isinstance(curve, dict) else [(step, 1.0) for step in curve]


def only(path):
    [run] = read(path)
    return run


def steps(run, tag):
    return run.scalars[tag].steps.tolist()
