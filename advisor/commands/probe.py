"""`advisor probe`."""

import os
import sys
from typing import TYPE_CHECKING

import typer

from advisor.commands.failures import complain, reporting_failures
from advisor.commands.flags import (
    Arguments,
    Budget,
    Force,
    Html,
    Json,
    Memory,
    Model,
    Module,
    More,
    Only,
    Out,
    Planned,
    Quick,
    Ranks,
    Schedule,
    Seed,
    ShowOutput,
    Steps,
    Unguarded,
    Verbose,
)
from advisor.commands.printing import print_reports
from advisor.errors import AdvisorError
from advisor.interruption import deferred

if TYPE_CHECKING:
    from advisor.commands.page_file import PageFile
    from probes.outcome import Outcome


@reporting_failures
def probe(
    model: Model,
    arguments: Arguments = None,
    module: Module = False,
    ranks: Ranks = 1,
    only: Only = None,
    schedule: Schedule = None,
    steps_planned: Planned = None,
    quick: Quick = False,
    budget: Budget = None,
    more: More = None,
    steps: Steps = None,
    memory: Memory = None,
    out: Out = None,
    seed: Seed = 0,
    show_output: ShowOutput = False,
    unguarded: Unguarded = False,
    json: Json = False,
    html: Html = None,
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Measure a training, suggest a learning rate and a batch size, and diagnose what was measured.

    FILE is any script that trains, run as it is with its arguments after --, its files kept safe; or it defines model(), dataset() and
    loss(output, target), and may define optimizer(parameters, lr), batch_size and lr. After -- may also stand the whole line that starts
    a training: advisor probe -- torchrun --nproc-per-node 2 train.py --lr 1e-3.
    """
    from advisor.commands.page_file import PageFile
    from advisor.render.progress import bar
    from probes.probing import runner
    from probes.probing.scope import scope_from_options
    from probes.programs.launch_line import program_of

    page = PageFile(html, force)
    scope = scope_from_options(only, schedule, steps_planned, quick, budget, steps, memory, seed, more)
    program = program_of([model, *(arguments or ())], module)
    os.environ.update(program.environment)
    with deferred():  # what was measured when a signal came is printed
        with bar() as progress:
            outcome = runner.probe(
                program.path,
                program.arguments,
                ranks=program.ranks or ranks,
                module=program.module,
                out=out,
                scope=scope,
                progress=progress,
                tell=complain,
                unguarded=unguarded,
                show_output=show_output,
            )
        tell(outcome, json, verbose, page)
    if outcome.changed:
        raise AdvisorError(outcome.changed)
    if outcome.status:
        raise typer.Exit(outcome.status)


def tell(outcome: "Outcome", json: bool, verbose: bool, page: "PageFile") -> None:
    """Print and write what was measured and suggested, and the diagnosis of it."""
    import advisor
    from probes.probing import summary

    reports = advisor.diagnose(outcome.run) if outcome.tables else []  # else it was interrupted before there was anything
    if json:
        from advisor.render.json import as_dict, dumped

        print(dumped(summary.as_json(outcome, [as_dict(r) for r in reports])), end="")
    else:
        from advisor.render.terminal import say

        say(summary.as_text(outcome) + "\n")
        print_reports([r for r in reports if r.verdict != "cannot-tell" or r.findings], verbose=verbose)
    for _ in page.passing(reports):
        pass
    page.write(above=summary.as_text(outcome), title=f"Probe of {outcome.run.name}")
    sys.stdout.flush()
