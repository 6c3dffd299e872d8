"""`advisor watch`."""

from pathlib import Path
from typing import Annotated

import typer

from advisor.commands.failures import complain, reporting_failures
from advisor.commands.flags import Alone, Fail, Notify, RunDir, Tags, TaskName, Traceback, flag


@reporting_failures
def watch(
    run_dir: RunDir = None,
    every: Annotated[float, typer.Option("--every", metavar="SECONDS", min=0.1, help="Between two looks, at the least.")] = 2.0,
    json: Annotated[bool, flag("--json", "Print one JSON object a line for each thing that changed.")] = False,
    tag: Tags = None,
    task: TaskName = None,
    alone: Alone = False,
    fail_on: Fail = None,
    notify: Notify = None,
    verbose: Traceback = False,
) -> None:
    """Follow a run while it is written, and say at once when a problem appears; RUN_DIR need not exist yet.

    Ends at Ctrl-C, with status 130, or under --fail-on with status 1 as soon as a run that is being written has such a finding.
    As under diagnose, set, select, ignore, tag and task may stand in the nearest pyproject.toml, below tool.advisor.
    """
    from advisor.commands.nearest_logs import nearest
    from advisor.commands.options import of_command_line
    from advisor.commands.project_options import options_near
    from advisor.reading.storage.remote import located
    from advisor.watching.notify import address, notifying
    from advisor.watching.watch import Watch
    from advisor.watching.watch_loop import follow

    said = of_command_line(tag=tag or (), task=task).over(options_near(Path.cwd()))
    with notifying(notify and address(notify), complain) as send:
        why = follow(Watch(located(run_dir or nearest(Path())), said.tag, alone, said.settings), every, fail_on, json, send)
    complain(why)
    raise typer.Exit(1)
