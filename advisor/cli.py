"""The commands, each a few lines."""

import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from advisor.errors import AdvisorError
from advisor.failures import INTERRUPTED, complain, meant, politely
from advisor.flags import (
    Address,
    Alone,
    Arguments,
    Budget,
    Fail,
    Ignore,
    Jobs,
    Json,
    Memory,
    Model,
    Name,
    Only,
    Out,
    Planned,
    Quick,
    Ranks,
    RunDir,
    RunOut,
    Schedule,
    Script,
    Seed,
    Select,
    Steps,
    Tags,
    Thresholds,
    Traceback,
    Verbose,
    Verify,
    Where,
    flag,
)
from advisor.quick import QuickCommand, QuickGroup
from advisor.spread import Backend, Workers

app = typer.Typer(
    cls=QuickGroup,
    help="The training doctor for PyTorch: reads a run, says what is wrong and why, and names the one change to make first.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
FEW = 4  # runs that need no progress bar


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, flag("--version", "Print the version and end.")] = False) -> None:
    if version:
        import advisor

        print(f"advisor {advisor.__version__}")
        raise typer.Exit


@app.command(cls=QuickCommand)
@politely
def diagnose(
    run_dir: RunDir = None,
    json: Json = False,
    tag: Tags = None,
    set: Thresholds = None,
    select: Select = None,
    ignore: Ignore = None,
    alone: Alone = False,
    verify: Verify = False,
    fail_on: Fail = None,
    jobs: Jobs = None,
    backend: Where = None,
    address: Address = None,
    verbose: Verbose = False,
) -> None:
    """Say what is wrong with the runs below a folder, why, and what to change first.

    Ends with status 0 whatever was found, 2 where nothing could be judged, and 1 only under --fail-on.
    Most options may also stand in the nearest pyproject.toml, below tool.advisor: set, select, ignore, tag, fail-on, jobs.
    """
    from advisor.nearest import nearest
    from advisor.options import of_command_line
    from advisor.pyproject import options_near
    from advisor.run import listed
    from advisor.survey import Judge, Survey
    from advisor.tally import Tally

    said = of_command_line(set or (), select or (), ignore or (), tag or (), fail_on, jobs).over(options_near(Path.cwd()))
    workers = Workers(said.jobs, backend or Backend.local, address)
    judge = Judge(said.tag, said.settings, verify, verbose)
    survey = Survey(listed(run_dir or nearest(Path())), judge, alone, workers, watched)
    tally = Tally()
    with closing(survey.reports()) as reports:
        show(tally.of(reports), json, verbose, survey.whole)
    if tally.fails(said.fail_on):
        raise typer.Exit(1)


@app.command(cls=QuickCommand)
@politely
def watch(
    run_dir: RunDir = None,
    every: Annotated[float, typer.Option("--every", metavar="SECONDS", min=0.1, help="Between two looks, at the least.")] = 2.0,
    json: Annotated[bool, flag("--json", "Print one JSON object a line for each thing that changed.")] = False,
    tag: Tags = None,
    alone: Alone = False,
    fail_on: Fail = None,
    verbose: Traceback = False,
) -> None:
    """Follow a run while it is written, and say at once when a problem appears; RUN_DIR need not exist yet.

    Ends at Ctrl-C, with status 130, or under --fail-on with status 1 as soon as a run that is being written has such a finding.
    """
    from advisor.nearest import nearest
    from advisor.options import assignment
    from advisor.remote import located
    from advisor.render.live import follow
    from advisor.watch import Watch

    complain(follow(Watch(located(run_dir or nearest(Path())), dict(map(assignment, tag or [])), alone), every, fail_on, json))
    raise typer.Exit(1)


@app.command()
@politely
def probe(
    model: Model,
    arguments: Arguments = None,
    ranks: Ranks = 1,
    only: Only = None,
    schedule: Schedule = None,
    steps_planned: Planned = None,
    quick: Quick = False,
    budget: Budget = None,
    steps: Steps = None,
    memory: Memory = None,
    out: Out = None,
    seed: Seed = 0,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Measure a training, suggest a learning rate and a batch size, and diagnose what was measured.

    FILE is any script that trains, run as it is with its arguments after --, its files kept safe; or it defines model(), dataset() and
    loss(output, target), and may define optimizer(parameters, lr), batch_size and lr.
    """
    import advisor
    from advisor.render.progress import bar
    from advisor.render.terminal import say
    from probes import runner, summary
    from probes.scope import wished

    scope = wished(only, schedule, steps_planned, quick, budget, steps, memory, seed)
    with bar() as progress:
        outcome = runner.probe(model, tuple(arguments or ()), ranks=ranks, out=out, scope=scope, progress=progress)
    reports = advisor.diagnose(outcome.run) if outcome.tables else []  # else it was interrupted before there was anything
    if json:
        from advisor.render.json import as_dict, dumped

        print(dumped(summary.as_json(outcome, [as_dict(r) for r in reports])), end="")
    else:
        say(summary.as_text(outcome) + "\n")
        show([r for r in reports if r.verdict != "cannot-tell" or r.findings], json=False, verbose=verbose)


@app.command(context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True})
@politely
def run(script: Script, arguments: Arguments = None, out: RunOut = None, verbose: Traceback = False) -> None:
    """Run a training script as it is, log its training as a TensorBoard run, and diagnose it.

    Nothing of the training is changed. Loss, learning rate, gradients, layers and times are logged without a line in the script.
    Ends with the script's own status.
    """
    import advisor
    from probes.observe import NO_STEP, observed
    from probes.run_directory import default_path

    folder, given = out or default_path(script, "run"), list(arguments or [])
    status = observed(script, given[given[:1] == ["--"] :], folder)
    if folder.is_dir():
        show(advisor.diagnose(folder), json=False, verbose=False)
        print(f"Logged in {folder}; look at it with: tensorboard --logdir {folder}")
    else:
        complain(NO_STEP.format(name=script))
    raise typer.Exit(status)


@app.command()
@politely
def explain(name: Name = None, verbose: Traceback = False) -> None:
    """Tell of one problem or cause, with its example curves; without a name, list the catalogue."""
    from advisor import engine
    from advisor.render import catalogue
    from advisor.render.terminal import put, terminal

    problems, causes = engine.problems(), engine.causes()
    rules = {rule.name: rule for rule in [*problems, *causes]}
    if name and name not in rules:
        raise AdvisorError(f"the catalogue has no {name!r}.{meant(name, rules)} It lists all with: advisor explain")
    console = terminal()
    put(console, catalogue.entry(rules[name], problems, causes, console) if name else catalogue.overview(problems, causes))


def watched(things: Iterable, doing: str, count: int) -> Iterable:
    """The things, with a progress bar where they are many and someone watches."""
    if count <= FEW or not sys.stderr.isatty():
        return things
    from advisor.render.progress import ticking

    return ticking(things, doing, count)


def show(reports: Iterable, json: bool, verbose: bool, whole: Callable | None = None) -> None:
    """Print the reports: as JSON one by one, as text the worst first."""
    if json:
        from advisor.render.json import pieces

        for piece in pieces(reports):
            sys.stdout.write(piece)
            sys.stdout.flush()
    else:
        from advisor.render.many import blocks_of
        from advisor.render.terminal import put, terminal

        put(terminal(), blocks_of(list(reports), verbose, whole))


def main() -> None:
    try:
        app(prog_name="advisor")
    except KeyboardInterrupt:  # before a command had begun
        sys.exit(INTERRUPTED)
