"""What changed in a watched run: a line with the time for a person, or a JSON object on a line for a script."""

import json
from dataclasses import asdict
from datetime import datetime

from rich.text import Text

from advisor.render.json import SCHEMA, strict
from advisor.render.text import COLORS
from advisor.watching.watched_run import Event
from advisor.wording import clean

GOOD = {"went-away", "goes-on"}


def line(event: Event, run: bool = True) -> Text:
    """The event on one line; `run` names the run too."""
    name = f"{clean(event.run)}: " if run and event.run else ""
    color = "green" if event.kind in GOOD else COLORS.get(event.level or "", "yellow" if event.kind in ("silent", "failed") else "")
    return Text.assemble((f"{datetime.fromtimestamp(event.time):%H:%M:%S} ", "dim"), (name, "bold"), (clean(event.message), color))


def as_json(event: Event) -> str:
    """The event as one strict JSON object; what it does not say is null."""
    said = asdict(event)
    when = datetime.fromtimestamp(said.pop("time")).astimezone().isoformat(timespec="seconds")
    message = {"schema": SCHEMA, "time": when, "event": said.pop("kind"), **said, "run": event.run or None}
    return json.dumps(strict(message), allow_nan=False)
