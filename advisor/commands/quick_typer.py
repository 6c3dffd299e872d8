"""Typer commands that start quickly: typer loads pydantic, a tenth of a second, to convert even options that were not given."""

from functools import partial

from typer.core import TyperCommand, TyperGroup


class QuickCommand(TyperCommand):
    """A command whose arguments stay the texts they are."""

    def get_params(self, context):
        """Its parameters, made quick."""
        return [quick(parameter) for parameter in super().get_params(context)]


class QuickGroup(TyperGroup):
    """A group of commands."""

    def get_params(self, context):
        """Its parameters, made quick."""
        return [quick(parameter) for parameter in super().get_params(context)]


def quick(parameter):
    """The parameter, with typer's conversion left out where there is nothing to convert."""
    if "process_value" not in vars(parameter):
        parameter.process_value = as_given if parameter.param_type_name == "argument" else partial(option, parameter.process_value)
    return parameter


def as_given(context, value):
    """The value as click hands it over: the text of the command line."""
    return value


def option(convert, context, value):
    """What typer's conversion makes of the value, and None where the option was not given."""
    return None if value is None else convert(context, value)
