"""Probes one training: runs the parts that are wanted, one after the other, logs what they measure, and draws the suggestion from it."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.interruption import opened
from advisor.run import RACED, Run
from probes.learning_rate.objective import no_objective
from probes.measurements import data_loading, loss_curve, mixed_precision, rate_race
from probes.outcome import NOT_ASKED, Cost, Estimate, Outcome, Suggestion
from probes.probing import batch_choice, beside_today, stages
from probes.probing.earlier import earlier_run, need_same, rows_of
from probes.probing.guarded import WatchedFolders, guarded
from probes.probing.recipes import ModelFile, Recipe, recipe_of
from probes.probing.run_directory import RunDirectory, need_new, new_folder
from probes.probing.scope import Part, Scope
from probes.probing.script_output import folded
from probes.probing.session import STAGES, Progress, Session
from probes.process.allowance import Allowance
from probes.process.channel import EndedError, FailedError
from probes.process.remote_training import RemoteTraining
from probes.training import OPTIONS, UNKNOWN, Training
from probes.trainings import model_file

EVERYTHING = Scope()
TOO_LATE = "{name} took {seconds:.0f} s to get to its first steps, and --budget is for everything together: allow more."
UNLOADED = ("ImportError", "ModuleNotFoundError", "OSError")  # where memory is scarce, or a library is missing
CURVE = 60, 300  # the least and the most steps of the short training at the end


def probe(
    path: Path,
    arguments: tuple[str, ...] = (),
    *,
    ranks: int = 1,
    module: str = "",
    out: Path | None = None,
    scope: Scope = EVERYTHING,
    progress: Progress | None = None,
    tell: Callable[[str], None] | None = None,
    unguarded: bool = False,
    show_output: bool = False,
) -> Outcome:
    """Measure the training of a `model.py`, or of a script with its arguments, and suggest a learning rate and a batch size.

    A script is run as the `module` of that name, as under `python -m`, where one is given; a notebook cell by cell.

    The training lives in a process of its own, a script's in one for each of its `ranks`. Everything is logged as a TensorBoard run in
    `out` (default: runs/probe-<name>-<time>); `progress(description, done, total)` is called as it goes. What the user's code prints
    is kept there in the file output, and its end shown where the probe fails; with `show_output` it goes to standard error as it comes.
    What a script writes is kept from the user's files; where that is not by an overlay, `tell` is called with a
    sentence before it runs, and where it does not hold for programs that the script starts, it runs only `unguarded`. Files that changed
    all the same are told by `Outcome.changed`.

    Raises
    ------
    AdvisorError
        PyTorch is missing, `path` does not keep the contract or ends before it can be asked, `out` exists, or no guard holds.
    """
    model_file.need_torch()
    allowance = Allowance(scope.steps, scope.seconds)
    with new_folder(need_new(out) if out else None, Path(path)) as folder:
        recipe = recipe_of(path, arguments, scope.seed, ranks, module)
        if isinstance(recipe, ModelFile):
            return measured(recipe, allowance, folder, scope, progress, str(path), show_output, tell)
        recipe, choice = guarded(recipe, unguarded=unguarded)
        promise = [] if choice.guard == "overlay" else [choice.sentence]
        if promise and tell is not None:
            tell(choice.sentence)
        watched = WatchedFolders(model_file.existing_file(path), folder, held=choice.holds)
        try:
            outcome = measured(recipe, allowance, folder, scope, progress, str(path), show_output, tell)
        except AdvisorError as error:
            raise (AdvisorError(f"{error} Besides, {changed}") if (changed := watched.changed()) else error) from error.__cause__
        return replace(outcome, notes=(*promise, *outcome.notes), changed=watched.changed())


def measured(
    recipe: Recipe,
    allowance: Allowance,
    folder: Path,
    scope: Scope,
    progress: Progress | None,
    path: str,
    show_output: bool = False,
    tell: Callable[[str], None] | None = None,
) -> Outcome:
    """Start the training that the recipe makes, and measure it.

    Raises
    ------
    AdvisorError
        It cannot be made, or its start took all there was of time.
    """
    before = earlier_run(Path(path)) if scope.more else None
    try:
        with folded(folder, show_output) as output:
            with opened():
                training = RemoteTraining(recipe, allowance, output)
            try:
                if allowance.spent:
                    raise AdvisorError(TOO_LATE.format(name=Path(path).name, seconds=training.starting))
                return probed(training, RunDirectory(folder), scope, allowance, progress or (lambda *_: None), path, before, tell)
            finally:
                training.close()
    except EndedError as ended:
        raise AdvisorError(f"{Path(path).name} cannot be probed: {ended}.") from None
    except FailedError as failed:
        if failed.kind not in UNLOADED:
            raise
        raise AdvisorError(f"{Path(path).name} cannot be probed, for PyTorch could not be loaded: {failed}.") from None


def probed(
    training: Training,
    log: RunDirectory,
    scope: Scope,
    allowance: Allowance,
    progress: Progress,
    model: str,
    before: Run | None = None,
    tell: Callable[[str], None] | None = None,
) -> Outcome:
    """Measure this training, but for what the run before holds; `log` is closed at the end."""
    if scope.memory:
        training.memory_budget = scope.memory
    today = dict(training.hparams)
    if before is not None:
        need_same(before, today)
    session = Session(training, log, scope, allowance, progress, rows_of(before) if before is not None else None)
    options = today.pop(OPTIONS, {})
    session.spare_threads()
    if tell is not None and (estimate := session.estimate()):
        tell(estimate)
    try:
        suggestion = suggested(session, today)
        progress("done", STAGES, STAGES)
    finally:
        log.describe(today)
        log.close()
    cost = Cost(allowance.taken, round(allowance.elapsed, 1))
    said = tuple(session.notes), model, today, log.tables(), tuple(session.findings())
    return Outcome(suggestion, cost, log.path, *said, status=session.status, options=options)


def suggested(session: Session, today: dict[str, Any]) -> Suggestion:
    """Measure what was asked for, each part settling what it needs from the ones before."""
    wants, examples = session.scope.wants, session.training.examples
    if wants(Part.sanity):
        stages.sanity(session, today)
    if wants(Part.noise):
        stages.noise(session, today)
    most = stages.memory(session) if wants(Part.memory) else None
    if wants(Part.throughput):
        stages.speed(session, most, today)
    now: dict[str, Any] = {"batch_size": int(min(today["batch_size"], most or today["batch_size"]))}
    now["accumulation_steps"] = own = stages.own_accumulation(today)
    size, then = NOT_ASKED, now
    if session.scope.only is None and (why := no_objective(today)):
        size = Estimate(None, None, None, why)
    elif session.scope.only is None:
        size, accumulation = batch_choice.batch_size(session.log.tables(), examples, today["optimizer"], today["batch_size"], own)
        then = now if size.value is None else {"batch_size": int(size.value), "accumulation_steps": accumulation}
    lr = stages.learning_rate(session, now, today) if wants(Part.lr) else NOT_ASKED
    raced = lr.value is not None and (race := session.table(rate_race)) is not None and rate_race.has_finalists(race)
    lr = beside_today.rate_tried(session, lr, now, today, 1.0 if now == then else 0.5)
    if then != now:
        moved = beside_today.at_another_size(lr, session, now, then, today["optimizer"])
        as_it_is, as_it_would_be = ({"lr": rate.value or today["lr"], **sized} for rate, sized in ((lr, now), (moved, then)))
        size = beside_today.size_tried(session, size, as_it_is, as_it_would_be, today)
        lr, now = (lr, now) if size.value == now["batch_size"] else (moved, then)
    at = {**now, "lr": lr.value or today["lr"]}
    session.log.describe({**today, **at, RACED: raced} | ({"train_size": examples} if examples < UNKNOWN else {}))
    if session.scope.only is None and session.left(None)[0] >= CURVE[0] and not no_objective(today):
        short_training(session, at, today)
    return Suggestion(lr, size, now["accumulation_steps"], precision(session), workers(session))


def short_training(session: Session, at: dict[str, Any], today: dict[str, Any]) -> None:
    """Log one at these settings."""
    planned = session.scope.planned or today.get("max_steps", math.inf)  # what comes after it is no training of its owner's
    steps = int(min(session.left(None)[0], session.steps(Part.sanity, *CURVE, at), planned))
    plan = stages.schedule(session, today)
    session.measure(None, loss_curve, "a short training as suggested", steps, at=at, steps=steps, schedule=plan)


def precision(session: Session) -> str:
    """The precision to train in; "fp32" where none was measured."""
    table = session.table(mixed_precision)
    return "fp32" if table is None else mixed_precision.suggested(table)[0]


def workers(session: Session) -> int | None:
    """How many processes should load data; None where that was not worth measuring."""
    table = session.table(data_loading)
    return data_loading.suggested(table)[0] if data_loading.compared(table) else None
