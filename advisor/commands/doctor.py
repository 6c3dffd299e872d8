"""`advisor doctor`."""

import platform
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from advisor.commands.failures import reporting_failures
from advisor.commands.flags import Traceback
from advisor.errors import AdvisorError

PACKAGE = "training-advisor"
OF_DEVELOPERS = ("dev", "bench", "frameworks", "fastai", "trackers")  # extras that tests and benches ask for
TORCH = "probe, run and try train with it; diagnose needs none"
REQUIRED = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?[^;]*;.*extra\s*==\s*['\"]([\w-]+)['\"]")
SHOWN = 3  # runs named
ANY = "one of several"


@reporting_failures
def doctor(verbose: Traceback = False) -> None:
    """Tell what is installed, which logs are seen from here, what can be read, and which checks want which signal."""
    from rich.table import Table
    from rich.text import Text

    from advisor.render.layout import Titled
    from advisor.render.terminal import put, terminal

    parts = {"Versions": versions(), "Extras": extras(), "Logs here": logs(Path()), "Reads": readable(), "Checks": checks()}
    blocks = []
    for title, rows in parts.items():
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="bold")
        for name, said in rows:
            table.add_row(Text(name), Text(said))
        blocks.append(Titled(title, table, 11))
    put(terminal(), blocks)


def versions() -> Iterator[tuple[str, str]]:
    """Of advisor, of Python and of what it runs on."""
    import advisor

    yield "advisor", advisor.__version__
    yield "Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield "torch", f"{installed('torch') or 'not installed'}: {TORCH}"


def installed(package: str) -> str:
    """Its version, without importing it; empty where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def extras() -> Iterator[tuple[str, str]]:
    """Each extra for users: whether what it asks for is installed, else the line that installs it."""
    asked: dict[str, list[str]] = {}
    for line in required():
        if (found := REQUIRED.match(line)) and found[2] not in OF_DEVELOPERS:
            asked.setdefault(found[2], []).append(found[1])
    for extra, packages in asked.items():
        lacking = [package for package in packages if not installed(package)]
        yield extra, f'not installed: pip install "{PACKAGE}[{extra}]"' if lacking else "installed"


def required() -> list[str]:
    """What the package asks for, as its metadata say it; nothing where it is not installed."""
    try:
        return metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []


def logs(here: Path) -> Iterator[tuple[str, str]]:
    """Where the nearest logs are, how many runs may be there, and what the first few are."""
    from advisor.commands.nearest_logs import nearest
    from advisor.reading.runs import list_logs
    from advisor.wording import counted, first_few, place

    try:
        found = nearest(here)
        units = [place(unit.path) for unit in list_logs(found).groups]
    except AdvisorError as error:
        yield "none", str(error)
        return
    yield place(found), f"{counted(len(units), 'folder')} with logs: {first_few(units, SHOWN)}"


def readable() -> Iterator[tuple[str, str]]:
    """Each format and what of it is read."""
    from advisor.reading.formats import formats

    for known in formats():
        yield known.NAME, (known.__doc__ or "").partition("\n")[0]


def checks() -> Iterator[tuple[str, str]]:
    """Each signal and the problems that cannot be looked for without it; those that make do with one of several last."""
    from advisor.judging import rules

    wanting: dict[str, list[str]] = {}
    for rule in rules.problems():
        for signal in rule.needs or [ANY]:
            wanting.setdefault(signal, []).append(rule.name)
    for signal, names in sorted(wanting.items(), key=lambda item: (item[0] == ANY, -len(item[1]))):
        yield signal, ", ".join(names)
