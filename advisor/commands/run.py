"""`advisor run`."""

import typer

from advisor.commands.failures import complain, reporting_failures
from advisor.commands.flags import Arguments, RunOut, Script, Traceback
from advisor.commands.printing import print_reports


@reporting_failures
def run(script: Script, arguments: Arguments = None, out: RunOut = None, verbose: Traceback = False) -> None:
    """Run a training script as it is, log its training as a TensorBoard run, and diagnose it.

    Nothing of the training is changed. Loss, learning rate, gradients, layers and times are logged without a line in the script.
    Ends with the script's own status.
    """
    import advisor
    from probes.observe import NO_STEP, observed
    from probes.probing.run_directory import default_path

    folder, given = out or default_path(script, "run"), list(arguments or [])
    status = observed(script, given[given[:1] == ["--"] :], folder)
    if folder.is_dir():
        print_reports(advisor.diagnose(folder), json=False, verbose=False)
        print(f"Logged in {folder}; look at it with: tensorboard --logdir {folder}")
    else:
        complain(NO_STEP.format(name=script))
    raise typer.Exit(status)
