"""Typer commands that start quickly: typer loads pydantic, a tenth of a second, to convert even options that were not given."""

from functools import partial
from pathlib import Path

from typer.core import TyperCommand, TyperGroup


class QuickCommand(TyperCommand):
    """A command whose arguments are paths."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        for parameter in self.params:
            convert = path if parameter.param_type_name == "argument" else partial(given, parameter.process_value)
            parameter.process_value = convert  # type: ignore[method-assign]


class QuickGroup(TyperGroup):
    """A group whose own options need no conversion where they are absent."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        for parameter in self.params:
            parameter.process_value = partial(given, parameter.process_value)  # type: ignore[method-assign]


def path(context, value):
    return None if value is None else Path(value)


def given(convert, context, value):
    return None if value is None else convert(context, value)
