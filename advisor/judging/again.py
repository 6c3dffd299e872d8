"""The command line by which a fault is seen again."""

import shlex
from dataclasses import replace

from advisor.faults import Fault
from advisor.judging.rules import problems
from advisor.judging.settings import Settings
from advisor.run import Run


def with_command(fault: Fault, run: Run, settings: Settings) -> Fault:
    """The fault with the command line that shows it on this run, as it was judged; of a problem it looks for that alone."""
    alone = ["--select", fault.part] if fault.part in {rule.name for rule in problems()} else []
    tags = [text for signal, tag in run.tags.items() for text in ("--tag", f"{signal}={tag}")]
    thresholds = [
        text
        for problem, values in settings.thresholds.items()
        for name, value in values.items()
        for text in ("--set", f"{problem}.{name}={value}")
    ]
    task = ["--task", settings.task] if settings.task else []
    return replace(fault, again=shlex.join(["advisor", "diagnose", str(run.path), *alone, *tags, *thresholds, *task, "--verbose"]))
