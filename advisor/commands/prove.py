"""`advisor diagnose --prove`: what a report advises, tried on the script that made the run."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from advisor.commands.failures import complain
from advisor.commands.printing import print_reports
from advisor.errors import AdvisorError
from advisor.finding import Report
from advisor.interruption import deferred


def prove(
    reports: Sequence[Report], script: str | None, arguments: Sequence[str], patch: Path | None, seconds: str | None, *, json: bool
) -> None:
    """Print the report with what trying its advice came to, and write the diff that keeps it.

    Raises
    ------
    AdvisorError
        There is no script, or not exactly one run, or nothing to prove; or `patch` exists.
    """
    if script is None:
        raise AdvisorError("--prove trains the script that made the run: name it by --script train.py, its arguments after --.")
    if len(reports) != 1:
        raise AdvisorError(f"--prove takes one run, and there are {len(reports)}: name the folder of one.")
    if patch is not None and patch.exists():
        raise AdvisorError(f"{patch} exists; name a new file for the diff.")
    if patch is not None and not os.access(patch.parent, os.W_OK):
        raise AdvisorError(f"{patch} cannot be written: there is no folder {patch.parent}, or nothing may be written there.")
    from advisor.render.progress import bar
    from probes.programs.launch_line import program_of
    from probes.trying.plan import plan_of
    from probes.trying.proving.proof import proof_json, proof_text, proved

    program, plan = program_of([script, *arguments]), plan_of(None, 8, seconds, None, False, 0)
    os.environ.update(program.environment)
    with deferred():
        with bar() as progress:
            proof = proved(reports[0], program, plan, out=None, progress=progress, tell=complain)
        if json:
            from advisor.render.json import SCHEMA, as_dict, dumped

            said = as_dict(reports[0]) | {"proof": proof_json(proof, [])}
            print(dumped({"schema": SCHEMA, "reports": [said]}), end="")
        else:
            from advisor.render.terminal import say

            print_reports(reports)
            say(proof_text(proof))
        if patch is not None:
            write_diff(patch, proof.diff)
        sys.stdout.flush()
    if proof.last.changed_files:
        raise AdvisorError(proof.last.changed_files)
    if proof.last.status:
        raise typer.Exit(proof.last.status)


def write_diff(patch: Path, diff: str) -> None:
    """Write it where there is one; a sentence says where there is none."""
    if diff:
        patch.write_text(diff, encoding="utf-8", newline="")
    else:
        complain(f"{patch} was not written: nothing was proved, or its value stands nowhere in the script as a literal.")
