"""`advisor explain`."""

from advisor.commands.failures import reporting_failures
from advisor.commands.flags import Name, Traceback
from advisor.errors import AdvisorError, did_you_mean


@reporting_failures
def explain(name: Name = None, verbose: Traceback = False) -> None:
    """Tell of one problem or cause, with its example curves; without a name, list the catalogue."""
    from advisor.judging import rules
    from advisor.render import catalogue
    from advisor.render.terminal import put, terminal

    problems, causes = rules.problems(), rules.causes()
    known = {rule.name: rule for rule in [*problems, *causes]}
    if name and name not in known:
        raise AdvisorError(f"the catalogue has no {name!r}.{did_you_mean(name, known)} It lists all with: advisor explain")
    console = terminal()
    put(console, catalogue.entry(known[name], problems, causes, console) if name else catalogue.overview(problems, causes))
