"""`advisor setup`."""

from pathlib import Path
from typing import Annotated

import typer

from advisor.commands.failures import complain, reporting_failures
from advisor.commands.flags import Traceback, flag
from advisor.errors import AdvisorError

ForAgent = Annotated[str, typer.Option("--agent", metavar="NAME", help="claude, codex or cursor.")]
Yes = Annotated[bool, flag("--yes", "Write it; else it is only shown.")]


@reporting_failures
def setup(agent: ForAgent, yes: Yes = False, verbose: Traceback = False) -> None:
    """Tell a coding agent of advisor, in the file of this project that it reads; shows what it would write, and writes it with --yes.

    Only what stands between advisor's own marks is replaced.
    """
    from advisor.agents.setting_up import agent_of, written_anew
    from advisor.render.terminal import say

    known = agent_of(agent)
    place = Path(known.file)
    text = written_anew(known, place)
    if not yes:
        say(text)
        complain(f"this would be {place}; write it with: advisor setup --agent {agent} --yes")
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AdvisorError(f"{place} could not be written: {error.strerror or error}.") from None
    complain(f"wrote {place}")
