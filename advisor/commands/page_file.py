"""The page that a command writes beside what it prints."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.commands.failures import complain
from advisor.errors import AdvisorError
from advisor.faults import contained
from advisor.finding import Report

if TYPE_CHECKING:
    from advisor.render.page.panels import Panel


class PageFile:
    """Where the page goes, checked before anything is read or trained; without a file nothing is kept and nothing written.

    Raises
    ------
    AdvisorError
        There is such a file, and it was not asked to be replaced, or is a log; or its folder is not there.
    """

    def __init__(self, file: Path | None, force: bool = False):
        self.file = file and checked(file, force)
        self._ranking: object = None

    def passing(self, reports: Iterable[Report]) -> Iterable[Report]:
        """The reports, kept for the page as they pass by."""
        if self.file is None:
            return reports
        from advisor.render.page.document import TOLD
        from advisor.render.ranking import Ranking

        self._ranking = Ranking(TOLD)
        return self._ranking.passing(reports)

    def write(
        self, whole: Callable[[Report], Report] | None = None, above: str = "", pictures: "Sequence[Panel]" = (), title: str = ""
    ) -> None:
        """Write the page of those that passed by, and say so; `above` and `pictures` stand before them.

        Raises
        ------
        AdvisorError
            The file cannot be written.
        """
        if self.file is None:
            return
        from advisor.render.page.document import render_ranked
        from advisor.render.ranking import Ranking

        ranking = self._ranking if isinstance(self._ranking, Ranking) else Ranking()
        with contained("the page", but=(AdvisorError, OSError)) as outcome:
            text = render_ranked(ranking, whole, above, pictures, title)
        if outcome.fault:
            complain(f"{self.file} was not written: {outcome.fault}.")
            return
        try:
            self.file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise AdvisorError(f"{self.file} could not be written: {error.strerror or error}.") from None
        complain(f"wrote {self.file}")


def checked(file: Path, force: bool) -> Path:
    """The file, where it may be written.

    Raises
    ------
    AdvisorError
        It may not.
    """
    from advisor.reading.formats import is_log

    if file.is_dir():
        raise AdvisorError(f"{file} is a folder: name a file in it, as {file / 'report.html'}.")
    if file.exists() and is_log(file):
        raise AdvisorError(f"{file} is a log: name another file for the page.")
    if file.exists() and not force:
        raise AdvisorError(f"{file} exists: name another file, or replace it with --force.")
    if not file.parent.is_dir():
        raise AdvisorError(f"{file.parent} is no folder: make it first, or name a file in one that is there.")
    return file
