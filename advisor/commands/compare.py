"""`advisor compare`."""

import sys
from typing import Annotated

import typer

from advisor.commands.failures import reporting_failures
from advisor.commands.flags import Force, Html, Json, Plain, Tags, Traceback, WorseOnly, word
from advisor.errors import AdvisorError

RunA = Annotated[str, word("A", "A run, or a folder of several seeds of one: what is compared with.")]
RunB = Annotated[str, word("B", "The other one.")]


@reporting_failures
def compare(
    a: RunA,
    b: RunB,
    json: Json = False,
    plain: Plain = False,
    tag: Tags = None,
    fail_on: WorseOnly = None,
    html: Html = None,
    force: Force = False,
    verbose: Traceback = False,
) -> None:
    """Say in what two runs differ, and whether B came out better or worse than A, at equal steps and at equal time.

    Folders of several seeds are compared as groups. Of single runs, others beside them that differ by the seed alone tell the noise.
    Ends with status 0 whatever came out, and with 1 only under --fail-on worse.
    """
    from advisor.commands.forms import form_of
    from advisor.commands.options import assignment
    from advisor.commands.page_file import PageFile
    from advisor.comparing.comparison import compared
    from advisor.reading.runs import read
    from advisor.render.comparison import as_dict, blocks, curves
    from advisor.render.json import dumped
    from advisor.render.terminal import put, say, terminal

    form, page = form_of(json=json, plain=plain), PageFile(html, force)
    tags = dict(assignment(text) for text in tag or ())
    told = compared(read(a, tags), read(b, tags))
    if {run.path.resolve() for run in told.a} & {run.path.resolve() for run in told.b}:
        raise AdvisorError(f"{a} and {b} hold the same run: name two.")
    if form == "json":
        say(dumped(as_dict(told)))
    else:
        put(terminal(plain), blocks(told))
    if page.file is not None:
        from advisor.render.page.panels import overlaid
        from advisor.render.terminal import written

        words = written(terminal(plain=True), blocks(told))
        page.write(above=words, pictures=overlaid(curves(told)), title=f"{b} against {a}: {told.verdict}")
    sys.stdout.flush()
    if fail_on and told.verdict == "worse":
        raise typer.Exit(1)
