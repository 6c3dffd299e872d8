"""The program `advisor`: its commands, each a file beside this one."""

import sys
import warnings
from typing import Annotated

import typer

from advisor.commands.compare import compare
from advisor.commands.demo import demo
from advisor.commands.diagnose import diagnose
from advisor.commands.doctor import doctor
from advisor.commands.explain import explain
from advisor.commands.flags import flag
from advisor.commands.probe import probe
from advisor.commands.quick_typer import QuickCommand, QuickGroup
from advisor.commands.run import run
from advisor.commands.schema import schema
from advisor.commands.script_command import ScriptCommand
from advisor.commands.setup import setup
from advisor.commands.surroundings import fill_closed, need_current_folder
from advisor.commands.try_change import try_change
from advisor.commands.watch import watch
from advisor.interruption import listening, status, status_so_far

app = typer.Typer(
    cls=QuickGroup,
    help="The training doctor for PyTorch: reads a run, says what is wrong and why, and names the one change to make first.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, flag("--version", "Print the version and end.")] = False) -> None:
    """Print the version and end where it is asked for; else nothing, and the command follows."""
    if version:
        import advisor

        print(f"advisor {advisor.__version__}")
        raise typer.Exit


app.command(cls=QuickCommand)(diagnose)
app.command(cls=QuickCommand)(watch)
app.command(cls=QuickCommand)(compare)
app.command(cls=ScriptCommand)(probe)
app.command("try", cls=ScriptCommand)(try_change)
app.command(context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True})(run)
app.command()(explain)
app.command()(demo)
app.command()(doctor)
app.command()(schema)
app.command()(setup)


def main() -> None:
    """Run the command that the command line names, and end the process with its status: a signal's also before and after the command."""
    fill_closed()
    need_current_folder()
    if not sys.warnoptions:  # of what overflows in strangers' numbers the report tells
        warnings.simplefilter("ignore")
    with listening():
        try:
            app(prog_name="advisor")
        except KeyboardInterrupt as error:
            sys.exit(status(error))
        except SystemExit as end:
            sys.exit(status_so_far() or end.code)
