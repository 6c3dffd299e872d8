"""Where an agent looks for what it is to know, and how that is written there: between marks of ours, and nothing else is touched."""

from dataclasses import dataclass
from pathlib import Path

from advisor.agents.texts import SKILL
from advisor.errors import AdvisorError, did_you_mean

BEGIN, END = "<!-- advisor: written by `advisor setup`; what stands between these marks is replaced -->", "<!-- advisor: end -->"
WHEN = (
    "Diagnose PyTorch trainings from their logs: use when a loss explodes, stalls or overfits, before changing a hyperparameter, and after."
)


@dataclass(frozen=True)
class Agent:
    """The file, below the project, that it reads; `head` is what has to stand at its beginning, where it is a file of ours alone."""

    file: str
    head: str = ""


AGENTS = {
    "claude": Agent(".claude/skills/training-advisor/SKILL.md", f"---\nname: training-advisor\ndescription: {WHEN}\n---\n\n"),
    "codex": Agent("AGENTS.md"),
    "cursor": Agent(".cursor/rules/training-advisor.mdc", f"---\ndescription: {WHEN}\nalwaysApply: false\n---\n\n"),
}


def agent_of(name: str) -> Agent:
    """The agent of this name.

    Raises
    ------
    AdvisorError
        There is none.
    """
    if name not in AGENTS:
        raise AdvisorError(f"--agent {name}: there is no such agent.{did_you_mean(name, AGENTS)} There are {', '.join(AGENTS)}.")
    return AGENTS[name]


def written_anew(agent: Agent, place: Path) -> str:
    """The whole text of the file as it is to be: what stands in it, with our block in its place or at the end.

    Raises
    ------
    AdvisorError
        It cannot be read, or is somebody else's where it would have to be ours.
    """
    block = f"{BEGIN}\n{SKILL.read_text(encoding='utf-8').strip()}\n{END}\n"
    try:
        before = place.read_text(encoding="utf-8") if place.exists() else ""
    except (OSError, ValueError) as error:
        raise AdvisorError(f"{place} could not be read: {error}.") from None
    begin, end = before.find(BEGIN), before.find(END)
    if 0 <= begin < end:
        return before[:begin] + block + before[end + len(END) :].removeprefix("\n")
    if not before.strip():
        return agent.head + block
    if agent.head:
        raise AdvisorError(f"{place} is there, and not by advisor setup: move it away first.")
    return before.rstrip("\n") + "\n\n" + block
