"""`advisor try`."""

import os
import sys
from typing import TYPE_CHECKING

import typer

from advisor.commands.failures import complain, reporting_failures
from advisor.commands.flags import (
    Arguments,
    Budget,
    Changes,
    Fine,
    Force,
    Html,
    Json,
    Module,
    OfRun,
    Pairs,
    Script,
    Seed,
    ShowOutput,
    StepsEach,
    Traceback,
    TryOut,
    Unguarded,
)
from advisor.errors import AdvisorError
from advisor.interruption import deferred

if TYPE_CHECKING:
    from advisor.commands.page_file import PageFile
    from probes.trying.outcome import Outcome


@reporting_failures
def try_change(
    script: Script,
    arguments: Arguments = None,
    set: Changes = None,
    module: Module = False,
    run: OfRun = None,
    pairs: Pairs = 8,
    budget: Budget = None,
    steps: StepsEach = None,
    fine: Fine = False,
    out: TryOut = None,
    seed: Seed = 0,
    show_output: ShowOutput = False,
    unguarded: Unguarded = False,
    json: Json = False,
    html: Html = None,
    force: Force = False,
    verbose: Traceback = False,
) -> None:
    """Train a script as it is and with a change, in pairs, and say whether the change mends it.

    The script is run as it is, its files kept safe; the change is made without a line in it: advisor try train.py --set lr=0.01 -- ARGS.
    The verdict is mended, better, no difference, worse, or that nobody can tell yet. Ctrl-C gives the verdict so far.
    """
    from advisor.commands.page_file import PageFile
    from advisor.render.progress import bar
    from probes.programs.launch_line import program_of
    from probes.trying.change import settings_of
    from probes.trying.plan import plan_of
    from probes.trying.try_change import tried

    page = PageFile(html, force)
    settings, plan = settings_of(set or ()), plan_of(run, pairs, budget, steps, fine, seed)
    program = program_of([script, *(arguments or ())], module)
    os.environ.update(program.environment)
    with deferred():  # what was trained when a signal came is told
        with bar() as progress:
            [outcome] = tried(
                program, [settings], plan, out=out, progress=progress, tell=complain, unguarded=unguarded, show_output=show_output
            )
        tell(outcome, json)
        write_page(outcome, page)
    if outcome.changed_files:
        raise AdvisorError(outcome.changed_files)
    if outcome.status:
        raise typer.Exit(outcome.status)


def tell(outcome: "Outcome", json: bool) -> None:
    """Print the verdict."""
    from probes.trying import summary

    if json:
        from advisor.render.json import as_dict, dumped

        sides = [side for pair in outcome.pairs[:1] for side in (pair.as_it_is, pair.changed)]
        reports = [as_dict(side.report) for side in sides if side.report is not None]
        print(dumped(summary.as_json(outcome, reports)), end="")
    else:
        from advisor.render.terminal import say

        say(summary.as_text(outcome))
    sys.stdout.flush()


def write_page(outcome: "Outcome", page: "PageFile") -> None:
    """The page of the verdict, with both sides of the first pair in one figure, and the diagnosis of the script as it is."""
    if page.file is None:
        return
    from advisor.render.page.panels import overlaid
    from probes.trying import sides, summary

    as_it_is = [side.report for _, side in sides.sides(outcome)[:1] if side.report is not None]
    for _ in page.passing(as_it_is):
        pass
    title = f"{outcome.script}: {summary.told(outcome)}"
    page.write(above=summary.in_words(outcome), pictures=overlaid(sides.arms(outcome)), title=title)
