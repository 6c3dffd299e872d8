"""`advisor demo`."""

import sys
from pathlib import Path
from typing import Annotated

from advisor.commands.failures import complain, reporting_failures
from advisor.commands.flags import Plain, Verbose, word

Folder = Annotated[Path, word("DIR", "A new or empty folder for the logs.")]


@reporting_failures
def demo(folder: Folder, plain: Plain = False, verbose: Verbose = False) -> None:
    """Train three sick nets and a healthy one in a few seconds, and diagnose their logs; neither torch nor a network is needed."""
    import advisor
    from advisor.commands.forms import form_of
    from advisor.commands.printing import print_reports
    from advisor.demonstration.trainings import TRAININGS, demonstrate

    complain(f"training {len(TRAININGS)} small nets, which takes a few seconds")
    demonstrate(folder)
    print_reports(advisor.diagnose(folder, alone=True), form_of(plain=plain), verbose)
    print(f"Their logs are in {folder}. Go on with: advisor diagnose {folder} --html {folder}.html")
    sys.stdout.flush()
