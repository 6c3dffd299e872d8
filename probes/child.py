"""The process a training lives in while it is probed: `probes/start.py child PARENT`, started by `probes/process/child_process.py`.

It makes the training its first message describes and does what it is asked, until nobody asks any more.
"""

import contextlib
import sys
from pathlib import Path

from advisor.lifeline import end_with
from probes.process.channel import failure, to_parent
from probes.process.hung_ranks import tell_when_asked

DOOMED = "1000"  # should the system run out of memory, this process is the one to end


def main() -> None:
    """Make the training that the first message on standard input describes, and serve it until the other end is gone.

    Replies go to standard output, an exception in making it too.
    """
    end_with(int(sys.argv[1]))
    channel = to_parent()
    with contextlib.suppress(OSError):  # not on every system
        Path("/proc/self/oom_score_adj").write_text(DOOMED)
    tell_when_asked()
    recipe = channel.receive()
    try:
        recipe.serve(channel)
    except Exception as error:
        channel.send(failure(error))


if __name__ == "__main__":
    main()
