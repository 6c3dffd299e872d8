"""`python -m advisor` is `advisor`.

But Python imports `runpy` and what that needs, and `advisor` itself, from the current folder first, before a line of ours runs. Where
strangers' files lie, `advisor` or `python -P -m advisor` executes nothing of theirs.
"""

import os
import sys

if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):
    here = sys.path.pop(0)  # logs lie there, and nothing in a folder of logs is to be run
    if os.path.dirname(os.path.dirname(os.path.abspath(__file__))) == os.getcwd():
        sys.path.append(here)  # as the only place where we are

from advisor.commands.cli import main  # not before the current folder is off the path

main()
