"""A typer command that starts quickly: typer loads pydantic, a tenth of a second, to convert even the options that were not given."""

from functools import partial
from pathlib import Path

from typer.core import TyperCommand


class Quick(TyperCommand):
    """A command whose arguments are paths; only options that were given are converted by typer."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        for parameter in self.params:
            convert = path if parameter.param_type_name == "argument" else partial(given, parameter.process_value)
            parameter.process_value = convert  # type: ignore[method-assign]


def path(context, value):
    return None if value is None else Path(value)


def given(convert, context, value):
    return None if value is None else convert(context, value)
