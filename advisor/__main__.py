"""`python -m advisor` is `advisor`."""

from advisor.commands.cli import main

main()
