"""The training doctor for PyTorch: `read` the runs below a folder, `diagnose` them."""

TYPE_CHECKING = False  # nothing is imported here: `python -m advisor` has the current folder on its path until this has run
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    # what `__getattr__` gives when it is first asked for
    from advisor.errors import AdvisorError
    from advisor.finding import Report
    from advisor.reading.runs import read
    from advisor.run import Run

    __version__: str

__all__ = ["AdvisorError", "Report", "Run", "__version__", "diagnose", "read"]

HOMES = {"AdvisorError": "advisor.errors", "Report": "advisor.finding", "Run": "advisor.run", "read": "advisor.reading.runs"}


def diagnose(
    source: "str | Path | Run | Iterable[Run]", tags: "Mapping[str, str] | None" = None, *, alone: bool = False, task: str = ""
) -> "list[Report]":
    """One report for each run: of every run below a folder, or of the runs given.

    Parameters
    ----------
    source
        A folder, a file or an address, as `read` takes it; or runs.
    tags
        Which tag is which signal where the names do not tell, as in {"train_loss": "my/objective"}. Runs that are given have their own.
    alone
        Runs of one parent folder are evidence for each other (advisor/evidence/siblings.py), and each keeps its best sibling as a signal.
        With `alone` none is sought.
    task
        What the runs learn, by the name of a file in advisor/tasks/, as in "reinforcement-learning". Recognized where it is not given.

    Returns
    -------
    list of Report
        In the order of paths, or of the runs given. A run that could not be read has a report too, which gives the reason.

    Raises
    ------
    AdvisorError
        There is no such folder, or no run in it that can be read; no run logged one of the tags; or there is no such task.

    Examples
    --------
    >>> for report in advisor.diagnose("runs"):
    ...     print(report.run.name, report.verdict, report.first_change)
    """
    from os import PathLike

    from advisor import run
    from advisor.evidence import siblings
    from advisor.judging import engine
    from advisor.judging.settings import Settings, check_task_name
    from advisor.reading.runs import list_logs, read_all

    show_in_notebooks()
    settings = Settings(task=check_task_name(task, "task") if task else "")
    if isinstance(source, run.Run):
        source = [source]
    runs = read_all(list_logs(source), tags or {}) if isinstance(source, str | PathLike) else list(source)
    if alone:
        siblings.attach(runs, [None] * len(runs))  # they may have been judged together before
    else:
        siblings.attach_siblings(runs)
    return [engine.diagnose(r, settings=settings) for r in runs]


def show_in_notebooks() -> None:
    """Let a Report show itself as a page where it is the value of a notebook's cell; the page is made when it is asked for."""
    from advisor.finding import Report

    def page(report: Report) -> str:
        from advisor.render.page.document import framed

        return framed(report)

    Report._repr_html_ = page  # type: ignore[attr-defined]  # attached here, for a report knows no renderer


if not TYPE_CHECKING:  # else every name that there is none of would be one to a type checker

    def __getattr__(name):
        if name in HOMES:  # not before it is needed: the command line begins without numpy
            from importlib import import_module

            return getattr(import_module(HOMES[name]), name)
        if name == "__version__":
            from importlib.metadata import PackageNotFoundError, version

            try:
                return version("training-advisor")
            except PackageNotFoundError:
                return "(not installed)"
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
