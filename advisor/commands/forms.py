"""The forms in which reports are printed, of which one is asked for."""

from enum import StrEnum

from advisor.errors import AdvisorError


class Form(StrEnum):
    """One form; `text` is for a person at a terminal, `plain` the same with nothing drawn, and `brief` a JSON for agents."""

    text = "text"
    plain = "plain"
    json = "json"
    brief = "brief"
    markdown = "markdown"
    github = "github"


def form_of(**asked: bool) -> Form:
    """The form that was asked for, by its name; `text` where none was.

    Raises
    ------
    AdvisorError
        Several were.
    """
    names = [name for name, wanted in asked.items() if wanted]
    if len(names) > 1:
        raise AdvisorError(f"choose one of {', '.join(f'--{name}' for name in names)}: a report is printed in one form.")
    return Form(names[0]) if names else Form.text
