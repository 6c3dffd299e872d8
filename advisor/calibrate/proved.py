"""Runs whose fault was proved: a change that a cause calls for mended them, as `advisor try` and `diagnose --prove` wrote into them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from advisor.calibrate.labelled import Labelled
from advisor.judging.tried import tried
from advisor.reading.runs import read
from advisor.run import TRIED

TIME = re.compile(r"^try-|-\d{8}-\d{6}$")  # around the script's name in the name of a try's folder


def proved(root: Path) -> Iterator[Labelled]:
    """Every run below the folder that a change mended, without what says so; its task is the script's.

    Raises
    ------
    AdvisorError
        There is no run that can be read.
    """
    for run in read(root):
        cause = next((one.cause for one in tried(run) if one.verdict == "mended" and one.cause), "")
        if cause:
            task = TIME.sub("", run.path.parent.name)
            bare = replace(run, hparams={name: value for name, value in run.hparams.items() if name != TRIED})
            yield Labelled(bare, task, task, "tried", cause, cause)
