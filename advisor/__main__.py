"""`python -m advisor` is `advisor`.

But Python imports `runpy` and what that needs, and `advisor` itself, from the current folder first, before a line of ours runs. Where
strangers' files lie, `advisor` or `python -P -m advisor` executes nothing of theirs.
"""

import os
import sys

try:
    here = os.getcwd()
except OSError:  # it is gone, as the program will tell
    here = ""
if not sys.flags.safe_path and sys.path[0] in ("", here):
    sys.path.pop(0)  # logs lie there, and nothing in a folder of logs is to be run
    if os.path.dirname(os.path.dirname(os.path.abspath(__file__))) == here:
        sys.path.append(here)  # as the only place where we are


def main() -> None:
    """Load the program and run it; until it listens to signals, Ctrl-C ends it without a traceback."""
    import signal  # not before the current folder is off the path

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from advisor.commands.cli import main as program

    program()


if __name__ == "__main__":
    main()
