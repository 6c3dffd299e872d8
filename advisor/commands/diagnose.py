"""`advisor diagnose`."""

from contextlib import closing
from pathlib import Path

import typer

from advisor.commands.failures import reporting_failures
from advisor.commands.flags import (
    Address,
    Alone,
    Arguments,
    Brief,
    Budget,
    Fail,
    Force,
    Github,
    Html,
    Ignore,
    Jobs,
    Json,
    Markdown,
    OfScript,
    Patch,
    Plain,
    Prove,
    RunDir,
    Select,
    Tags,
    TaskName,
    Thresholds,
    Verbose,
    Verify,
    Where,
)
from advisor.commands.printing import print_reports, with_progress
from advisor.errors import AdvisorError
from advisor.many_runs.workers import Backend, Workers


@reporting_failures
def diagnose(
    run_dir: RunDir = None,
    arguments: Arguments = None,
    json: Json = False,
    brief: Brief = False,
    markdown: Markdown = False,
    github: Github = False,
    plain: Plain = False,
    html: Html = None,
    force: Force = False,
    tag: Tags = None,
    task: TaskName = None,
    set: Thresholds = None,
    select: Select = None,
    ignore: Ignore = None,
    alone: Alone = False,
    verify: Verify = False,
    fail_on: Fail = None,
    jobs: Jobs = None,
    backend: Where = None,
    address: Address = None,
    script: OfScript = None,
    prove: Prove = False,
    patch: Patch = None,
    budget: Budget = None,
    verbose: Verbose = False,
) -> None:
    """Say what is wrong with the runs below a folder, why, and what to change first.

    With --prove --script train.py what is advised is tried on the script, in pairs of trainings, until a change mends it.
    Ends with status 0 whatever was found, also where nobody can tell, 2 where nothing could be read, and 1 only under --fail-on.
    Most options may also stand in the nearest pyproject.toml, below tool.advisor: set, select, ignore, tag, task, fail-on, jobs.
    """
    if arguments and not prove:
        raise typer.BadParameter(f"unexpected extra arguments ({' '.join(arguments)}); those of a script are for --prove.")
    if not prove and (script or patch or budget):
        raise AdvisorError("--script, --patch and --budget are for --prove, which trains; diagnose alone reads logs.")
    from advisor.commands.exit_status import Tally
    from advisor.commands.forms import form_of
    from advisor.commands.nearest_logs import nearest
    from advisor.commands.options import of_command_line
    from advisor.commands.page_file import PageFile
    from advisor.commands.project_options import options_near
    from advisor.commands.step_summary import summarized
    from advisor.many_runs.judge import Judge
    from advisor.many_runs.survey import Survey
    from advisor.reading.runs import list_logs

    form, page = form_of(json=json, brief=brief, markdown=markdown, github=github, plain=plain), PageFile(html, force)
    said = of_command_line(set or (), select or (), ignore or (), tag or (), fail_on, jobs, task).over(options_near(Path.cwd()))
    workers = Workers(said.jobs, backend or Backend.local, address)
    judge = Judge(said.tag, said.settings, verify)
    survey = Survey(list_logs(run_dir or nearest(Path())), judge, alone, workers, with_progress)
    if prove:
        from advisor.commands.prove import prove as prove_advice

        with closing(survey.reports()) as reports:
            found = [survey.full_report(report) for report in reports]
        prove_advice(found, script, arguments or (), patch, budget, json=json)
        return
    tally = Tally()
    with closing(survey.reports()) as reports:
        shown = summarized(page.passing(tally.count(reports)), survey.full_report)
        print_reports(shown, form, verbose, survey.full_report)
    page.write(survey.full_report)
    if tally.fails(said.fail_on):
        raise typer.Exit(1)
