"""`advisor schema`."""

from typing import Annotated

from advisor.commands.failures import reporting_failures
from advisor.commands.flags import Traceback, word
from advisor.errors import AdvisorError, did_you_mean


@reporting_failures
def schema(name: Annotated[str, word("NAME", "report, brief or compare; default: report.")] = "report", verbose: Traceback = False) -> None:
    """Print the JSON Schema of what --json prints: of diagnose (report), of diagnose --brief (brief), or of compare."""
    from advisor.agents.schemas import SCHEMAS
    from advisor.render.terminal import say

    if name not in SCHEMAS:
        raise AdvisorError(f"there is no schema {name!r}.{did_you_mean(name, SCHEMAS)} There are {', '.join(SCHEMAS)}.")
    say(SCHEMAS[name].read_text(encoding="utf-8"))
