"""`advisor run`."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from advisor.commands.failures import complain, discard_output, reporting_failures
from advisor.commands.flags import Arguments, Force, Html, Module, RunOut, Script, Verbose
from advisor.commands.printing import print_reports
from advisor.errors import AdvisorError

if TYPE_CHECKING:
    from advisor.commands.page_file import PageFile

LOST = "its log could not be written to the end, so what came later is not known"


@reporting_failures
def run(
    script: Script,
    arguments: Arguments = None,
    module: Module = False,
    out: RunOut = None,
    html: Html = None,
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Run a training script as it is, log its training as a TensorBoard run, and diagnose it.

    Nothing of the training is changed. Loss, learning rate, gradients, layers and times are logged without a line in the script.
    Ends with the script's own status. In place of SCRIPT may stand the whole line that starts it: torchrun --nproc-per-node 2 train.py.
    """
    from advisor.commands.page_file import PageFile
    from probes.observe import NOTHING_LOGGED, observed
    from probes.probing.run_directory import new_folder
    from probes.programs.launch_line import program_of

    page = PageFile(html, force)
    given = list(arguments or [])
    program = program_of([script, *given[given[:1] == ["--"] :]], module)
    with new_folder(out, program.path, "run") as folder:
        status, lost = observed(program, folder)
        try:
            tell(script, folder, lost, page, verbose, alone=not (program.module or program.launcher))
        except AdvisorError as error:
            complain(NOTHING_LOGGED.format(name=script) if lost else str(error))
        except OSError:  # as where the terminal is gone
            discard_output()
    raise typer.Exit(status)


def tell(script: str, folder: Path, lost: bool, page: "PageFile", verbose: bool, alone: bool = True) -> None:
    """Print and write what there is to say of the run in the folder.

    Something was `lost` where it could not be written on; the script stood `alone` where neither a launcher nor -m started it.
    """
    import advisor
    from probes.observe import NO_STEP, NOTHING_LOGGED
    from probes.probing.run_directory import is_empty

    if is_empty(folder) or not folder.is_dir():
        complain((NOTHING_LOGGED if lost else NO_STEP).format(name=script))
        return
    reports = advisor.diagnose(folder)
    if lost:
        reports = [replace(report, verdict="cannot-tell", reason=LOST, first_change=None) for report in reports]
    print_reports(page.passing(reports), verbose=verbose, script=script if alone else None)
    page.write()
    logged = any(folder.glob("events*"))
    print(f"Logged in {folder}; look at it with: tensorboard --logdir {folder}" if logged else f"What ended it is kept in {folder}.")
    sys.stdout.flush()
