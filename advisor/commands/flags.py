"""What the commands take: each option and argument once, as typer wants it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from advisor.finding import LEVELS
from advisor.many_runs.workers import Backend

FailOn = StrEnum("FailOn", {level: level for level in LEVELS})  # type: ignore[misc]  # of names it cannot read


class FailIf(StrEnum):
    """What a comparison may fail on."""

    worse = "worse"


def flag(name: str, help: str, **more):
    """An option whose help names no value beside it; `more` goes to typer."""
    return typer.Option(name, metavar="", help=help, **more)


def word(metavar: str, help: str):
    """An argument by the name that the help shows, which says nothing of its default."""
    return typer.Argument(metavar=metavar, help=help, show_default=False)


RunDir = Annotated[str | None, word("RUN_DIR", "Folder or s3://, gs://, http:// address with logs; default: the nearest of runs/, …")]
Model = Annotated[str, word("FILE", "A training script or notebook, or a file that defines model(), dataset() and loss(output, target).")]
Script = Annotated[str, word("SCRIPT", "A Python file or notebook that trains with PyTorch.")]
Module = Annotated[bool, flag("-m", "It is a module's name, as under python -m.")]
Arguments = Annotated[list[str] | None, typer.Argument(metavar="[ARGS]...", help="The script's arguments, after --.", show_default=False)]
Name = Annotated[str | None, word("NAME", "A problem or a cause; default: list them all.")]
Thresholds = Annotated[
    list[str] | None, typer.Option("--set", metavar="PROBLEM.THRESHOLD=VALUE", help="Another threshold: overfitting.climb=0.1. Repeatable.")
]
Select = Annotated[list[str] | None, typer.Option("--select", metavar="PROBLEM", help="Look for these problems only. Repeatable.")]
Ignore = Annotated[list[str] | None, typer.Option("--ignore", metavar="NAME", help="Leave out a problem or a cause. Repeatable.")]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="Processes that read and judge; default: one for each core.", show_default=False),
]
Where = Annotated[Backend | None, typer.Option("--backend", help="Where they work; default: on this machine.", show_default=False)]
Address = Annotated[str | None, typer.Option("--address", metavar="tcp://…", help="Where the cluster is.", show_default=False)]
Json = Annotated[bool, flag("--json", "Print one JSON object.")]
Brief = Annotated[bool, flag("--brief", "Print one JSON object in few words, for an agent.")]
Markdown = Annotated[bool, flag("--markdown", "Print Markdown, as for a pull request.")]
Github = Annotated[bool, flag("--github", "Print lines that GitHub Actions shows beside a job.")]
Plain = Annotated[bool, flag("--plain", "Draw nothing: no braille, boxes or colour; for screen readers and logs.")]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page too: one file that needs nothing else.", show_default=False)
]
Force = Annotated[bool, flag("--force", "Replace the file that --html names.")]
Verbose = Annotated[bool, flag("--verbose", "Tell every run in full, and show the traceback of a failure.")]
Traceback = Annotated[bool, flag("--verbose", "Show the traceback of a failure.")]
Alone = Annotated[bool, flag("--alone", "Judge each run by itself, without the others beside it.")]
Verify = Annotated[bool, flag("--verify", "Check the checksum of every record, and drop those that are damaged.")]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="SIGNAL=TAG", help="Which tag is which signal: train_loss=my/obj. Repeatable.")
]
TaskName = Annotated[
    str | None,
    typer.Option("--task", metavar="NAME", help="What the runs learn, as fine-tuning; default: as seen.", show_default=False),
]
WorseOnly = Annotated[FailIf | None, typer.Option("--fail-on", help="End with status 1 if B came out worse.", show_default=False)]
Fail = Annotated[FailOn | None, typer.Option("--fail-on", help="End with status 1 if a finding of this level or a worse one is made.")]
Notify = Annotated[
    str | None, typer.Option("--notify", metavar="URL", help="Send what happens there: Slack, Discord, or plain JSON.", show_default=False)
]
Ranks = Annotated[
    int, typer.Option("--ranks", metavar="N", min=1, help="Processes the script trains in at once here, as under torchrun (DDP, FSDP2).")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to log the run; default: runs/probe-….", show_default=False)]
RunOut = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to log; default: runs/run-….", show_default=False)]
Seed = Annotated[int, typer.Option("--seed", help="Of everything random in the probe.")]
Only = Annotated[str | None, typer.Option("--only", metavar="PART", help="One part: sanity, noise, memory, throughput or lr.")]
Schedule = Annotated[
    str | None, typer.Option("--schedule", metavar="NAME", help="Of the training to come: constant, cosine, warm-up-cosine …")
]
Planned = Annotated[
    int | None, typer.Option("--steps-planned", metavar="N", min=1, help="Optimizer steps of the training to come.", show_default=False)
]
Quick = Annotated[bool, flag("--quick", "Take the learning rate from one range test alone: cheap, and not to be trusted far.")]
Budget = Annotated[
    str | None, typer.Option("--budget", metavar="TIME", help="Time for everything together: 90s, 2min.", show_default=False)
]
More = Annotated[
    str | None,
    typer.Option("--more", metavar="TIME", help="Go on with the last probe of FILE for so long.", show_default=False),
]
Steps = Annotated[
    int | None, typer.Option("--steps", metavar="N", min=1, help="Optimizer steps for everything together.", show_default=False)
]
ShowOutput = Annotated[bool, flag("--show-output", "Show what the script prints, which is else kept in the run directory.")]
Unguarded = Annotated[bool, flag("--unguarded", "Run a script where nothing keeps what the programs it starts write from your files.")]
Memory = Annotated[
    str | None,
    typer.Option("--memory", metavar="SIZE", help="Memory the training may take: 8GB; default: what is free.", show_default=False),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="What to change: lr=0.01, or arg:--hidden=256. Repeatable; several are one change."),
]
OfRun = Annotated[
    str | None,
    typer.Option("--run", metavar="RUN_DIR", help="A run of the script as it is, whose problem is to be gone.", show_default=False),
]
Pairs = Annotated[int, typer.Option("--pairs", metavar="N", min=1, help="Pairs of trainings, at most.")]
StepsEach = Annotated[
    int | None,
    typer.Option("--steps", metavar="N", min=1, help="Steps of each training; default: what the problem takes.", show_default=False),
]
OfScript = Annotated[
    str | None,
    typer.Option("--script", metavar="FILE", help="The script that made the run, for --prove; its arguments after --.", show_default=False),
]
Prove = Annotated[bool, flag("--prove", "Try what is advised on the script, and say whether it mends; its files are kept safe.")]
Patch = Annotated[
    Path | None, typer.Option("--patch", metavar="FILE", help="Write the change that was proved as a diff.", show_default=False)
]
Fine = Annotated[bool, flag("--fine", "Tell differences of 2 % of what is learned, not of 10 %; it takes more pairs.")]
TryOut = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to log; default: runs/try-….", show_default=False)]
