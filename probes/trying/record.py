"""What was proved is written where `advisor diagnose` reads it: into the run directories of the trainings as they are."""

import json
import time
from typing import Any

import numpy as np

from advisor.finding import Report
from advisor.judging.tried import WEIGHTS, Tried, of_entry
from advisor.run import TRIED
from probes.observing.event_writer import EventFile
from probes.trying.outcome import Outcome


def record(outcomes: list[Outcome]) -> None:
    """Write what each change came to beside the logs of the trainings as they are; one of several settings says nothing of any of them."""
    told = [entry(outcome) for outcome in outcomes if outcome.verdict in WEIGHTS and len(outcome.settings) == 1]
    folders = {pair.as_it_is.training.folder for outcome in outcomes for pair in outcome.pairs}
    for folder in folders if told else ():
        if folder.is_dir():
            write(folder, json.dumps(told))


def entry(outcome: Outcome) -> dict[str, Any]:
    """One change, as `advisor/judging/tried.py` reads it; `cause` is the likeliest that calls for it."""
    [one] = outcome.settings
    name = f"arg:{one.name}" if one.argument else one.name
    known = {"hparam": name, "to": one.value, "from": outcome.before.get(one.name), "verdict": outcome.verdict}
    known |= {"symptom": outcome.symptom, "pairs": len(outcome.pairs)}
    report = outcome.pairs[0].as_it_is.report if outcome.pairs else None
    return known | {"cause": cause_of(report, outcome.symptom, of_entry(known))}


def cause_of(report: Report | None, symptom: str, one: Tried | None) -> str | None:
    """The most probable cause of the symptom that calls for this change; None where none does."""
    found = [] if report is None or one is None else [cause for it in report.findings if it.problem == symptom for cause in it.causes]
    return next((cause.cause for cause in found if one is not None and any(one.is_of(change) for change in cause.changes)), None)


def write(folder: Any, text: str) -> None:
    """One more hyperparameter of the run, in an event file of its own."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb

    file = EventFile(folder)
    message = Event(wall_time=time.time(), summary=hparams_pb({TRIED: text})).SerializeToString()
    file.records(np.frombuffer(message, np.uint8)[None])
    file.close()
