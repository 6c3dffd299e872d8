"""Options kept in a project: the table [tool.advisor] of the nearest pyproject.toml that has one."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.commands.options import Options, check_signal_name, split
from advisor.errors import AdvisorError, did_you_mean
from advisor.finding import LEVELS
from advisor.judging.settings import check_problem_names, check_task_name, threshold

TABLE = "tool.advisor"
KINDS: Mapping[str, Any] = {"set": dict, "select": list, "ignore": list, "tag": dict, "fail-on": str, "jobs": int, "task": str}
WANTED = {dict: "a table of names and values", list: "a list of names", str: "one of " + ", ".join(LEVELS), int: "a whole number from 1 on"}


def options_near(here: Path) -> Options:
    """What the nearest pyproject.toml with such a table says, of those in this folder and above it.

    Raises
    ------
    AdvisorError
        It cannot be read, or says something that no option can; the sentence names the file.
    """
    for file in (folder / "pyproject.toml" for folder in (here, *here.parents)):
        try:
            data = file.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise AdvisorError(f"{file} could not be read: {error.strerror or error}.") from None
        if f"[{TABLE}" in (text := data.decode(errors="replace")):  # a file that says nothing to us may hold anything
            return options_of(_table(text, file), f"{file}, [{TABLE}]")
    return Options()


def _table(text: str, file: Path) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text).get("tool", {}).get("advisor", {})
    except tomllib.TOMLDecodeError as error:
        raise AdvisorError(f"{file} could not be understood: {error}.") from None


def options_of(table: Mapping[str, Any], said: str) -> Options:
    """The options of a table; `said` names the table in what is said of its faults.

    Raises
    ------
    AdvisorError
        It names an option, problem, threshold or signal there is none of, or gives a value that one cannot have.
    """
    for key, value in table.items():
        if key not in KINDS:
            raise AdvisorError(f"{said}: there is no option {key!r}.{did_you_mean(key, KINDS)} There are {', '.join(KINDS)}.")
        if not _fits(key, value):
            wanted = "the name of a task" if key == "task" else WANTED[KINDS[key]]
            raise AdvisorError(f"{said}: {key} wants {wanted}, but got {value!r}.")
    return Options(
        {(problem, name): threshold(problem, name, value, f"{said}: set") for problem, name, value in _flat(table, f"{said}: set")},
        check_problem_names(table.get("select", ()), f"{said}: select"),
        check_problem_names(table.get("ignore", ()), f"{said}: ignore", causes=True),
        {check_signal_name(signal, f"{said}: tag"): tag for signal, tag in table.get("tag", {}).items()},
        table.get("fail-on"),
        table.get("jobs"),
        check_task_name(table["task"], f"{said}: task") if "task" in table else "",
    )


def _fits(key: str, value: Any) -> bool:
    if not isinstance(value, KINDS[key]) or isinstance(value, bool):
        return False
    if key in ("select", "ignore", "tag"):
        return all(isinstance(text, str) for text in (value.values() if key == "tag" else value))
    return value in LEVELS if key == "fail-on" else value >= 1 if key == "jobs" else True


def _flat(table: Mapping[str, Any], said: str) -> Iterator[tuple[str, str, Any]]:
    """Problem, threshold and value; overfitting.climb without quotes is a table in a table."""
    for key, value in table.get("set", {}).items():
        if isinstance(value, Mapping):
            yield from ((key, name, inner) for name, inner in value.items())
        else:
            yield *split(key, said), value
