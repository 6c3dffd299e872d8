"""A command that takes a script and its arguments: an option it does not know is taken for one of the script's, and told where to stand."""

import shlex

from typer.core import TyperCommand


class ScriptCommand(TyperCommand):
    """Such a command."""

    def parse_args(self, context, args):
        """The arguments, as click parses them; an unknown option is refused with the line as it was probably meant."""
        given = list(args)
        try:
            return super().parse_args(context, args)
        except Exception as error:  # typer's copy of click, or click itself, has a class of its own for it
            if type(error).__name__ != "NoSuchOption":
                raise
            unknown = str(vars(error)["option_name"])
            at = next(i for i, word in enumerate(given) if word.startswith(unknown))
            line = shlex.join(["advisor", context.info_name or "", *given[:at], "--", *given[at:]])
            vars(error).update(
                message=f"No such option: {unknown}. The arguments of a script stand after --, as in: {line}", possibilities=None
            )
            raise
