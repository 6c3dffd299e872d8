"""`advisor watch`."""

from pathlib import Path
from typing import Annotated

import typer

from advisor.commands.failures import complain, reporting_failures
from advisor.commands.flags import Alone, Fail, RunDir, Tags, Traceback, flag


@reporting_failures
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
    from advisor.commands.nearest_logs import nearest
    from advisor.commands.options import assignment
    from advisor.reading.storage.remote import located
    from advisor.watching.watch import Watch
    from advisor.watching.watch_loop import follow

    complain(follow(Watch(located(run_dir or nearest(Path())), dict(map(assignment, tag or [])), alone), every, fail_on, json))
    raise typer.Exit(1)
