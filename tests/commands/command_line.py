"""The command as tests call it, event files to call it on, and what is asked of every refusal."""

from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from typer.testing import CliRunner

from advisor.commands.cli import app
from advisor.curves import fall, noise, rise

SICK = {"Loss/train": fall(end=0.2), "Loss/test": fall(end=0.6) + rise(0.5, after=0.4)}
WELL = {"Loss/train": fall() * noise(0.03), "Loss/test": fall(end=0.4) * noise(0.03)}
HOSTILE = "[red]x[/]\x1b[31m\u202e<script>"


def advisor(*arguments):
    """The command, which must never show a traceback."""
    result = CliRunner().invoke(app, [str(a) for a in arguments], prog_name="advisor", env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def log(folder, curves, steps=None):
    """An event file of these curves; returns its path."""
    writer = EventFileWriter(str(folder))
    for tag, values in curves.items():
        for i, value in enumerate(values):
            step = 20 * i if steps is None else steps[i]
            writer.add_event(Event(step=step, wall_time=1e9 + i, summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)])))
    writer.close()
    return next(Path(folder).glob("*tfevents*"))


def tree(folder):
    """Every path below a folder, with its modification time and its bytes."""
    return {p: (p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else None) for p in Path(folder).rglob("*")}


def refused(result, *phrases):
    """Status 2, nothing on standard output, and one sentence on standard error that holds all of the phrases."""
    assert result.exit_code == 2 and not result.stdout
    assert result.stderr.count("\n") == 1, result.stderr
    for phrase in phrases:
        assert phrase in result.stderr
