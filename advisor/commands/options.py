"""What the user asked for, as the command line says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from advisor.errors import AdvisorError, did_you_mean
from advisor.judging.settings import Settings, check_problem_names, check_task_name, threshold


@dataclass(frozen=True)
class Options:
    """Each as its option says; what was not said is empty.

    `set` maps (problem, threshold) to a value, `tag` a signal to its tag.
    """

    set: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    tag: Mapping[str, str] = field(default_factory=dict)
    fail_on: str | None = None
    jobs: int | None = None
    task: str = ""

    @property
    def settings(self) -> Settings:
        """The thresholds by problem, and what to look for and leave out, as the rules take them."""
        thresholds: dict[str, dict[str, Any]] = {}
        for (problem, name), value in self.set.items():
            thresholds.setdefault(problem, {})[name] = value
        return Settings(thresholds, self.select, self.ignore, self.task)

    def over(self, other: "Options") -> "Options":
        """These, and of the others what these do not say."""
        return Options(
            {**other.set, **self.set},
            self.select or other.select,
            self.ignore or other.ignore,
            {**other.tag, **self.tag},
            self.fail_on or other.fail_on,
            self.jobs or other.jobs,
            self.task or other.task,
        )


def of_command_line(
    set: Iterable[str] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    tag: Iterable[str] = (),
    fail_on: str | None = None,
    jobs: int | None = None,
    task: str | None = None,
) -> Options:
    """The options as they were typed.

    Raises
    ------
    AdvisorError
        One names something there is none of, or has a value that it cannot have.
    """
    return Options(
        dict(setting(text) for text in set),
        check_problem_names(comma_separated(select), "--select"),
        check_problem_names(comma_separated(ignore), "--ignore", causes=True),
        dict(assignment(text) for text in tag),
        fail_on,
        jobs,
        check_task_name(task, "--task") if task else "",
    )


def split(name: str, said: str) -> tuple[str, str]:
    """The problem and the threshold of PROBLEM.THRESHOLD, neither looked up; `said` is where the user said it.

    Raises
    ------
    AdvisorError
        The text has no dot, or nothing on one side of it.
    """
    problem, dot, threshold = name.partition(".")
    if not (dot and problem and threshold):
        raise AdvisorError(f"{said} wants PROBLEM.THRESHOLD, as in overfitting.climb, but got {name!r}.")
    return problem, threshold


def setting(text: str) -> tuple[tuple[str, str], Any]:
    """The threshold and its value of PROBLEM.THRESHOLD=VALUE, the value of the type that its default has.

    Raises
    ------
    AdvisorError
        The text is not of this form, there is no such threshold, or the value is of another type.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise AdvisorError(f"--set wants PROBLEM.THRESHOLD=VALUE, as in --set overfitting.climb=0.1, but got {text!r}.")
    known = split(name, "--set")
    return known, threshold(*known, value, "--set")


def assignment(text: str) -> tuple[str, str]:
    """The signal and the tag of SIGNAL=TAG; the tag may hold "=" too.

    Raises
    ------
    AdvisorError
        The text is not of this form, or there is no such signal.
    """
    signal, equals, tag = text.partition("=")
    if not (equals and tag):
        raise AdvisorError(f"--tag wants SIGNAL=TAG, as in --tag train_loss=my/objective, but got {text!r}.")
    return check_signal_name(signal, f"--tag {text}"), tag


def check_signal_name(signal: str, said: str) -> str:
    """The name itself, where it is a signal's; `said` is where the user said it.

    Raises
    ------
    AdvisorError
        There is no such signal.
    """
    from advisor.signals.vocabulary import SIGNALS

    if signal not in SIGNALS:
        raise AdvisorError(f"{said}: there is no signal {signal!r}.{did_you_mean(signal, SIGNALS)} There are {', '.join(SIGNALS)}.")
    return signal


def comma_separated(texts: Iterable[str]) -> list[str]:
    """The names, also of several in one text with commas between."""
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]
