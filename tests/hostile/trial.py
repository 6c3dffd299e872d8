"""A folder diagnosed in another process, which may take so long and so much memory: python -m tests.hostile.trial

It is given lines of JSON, a folder and a fault of the disk each, and answers each with what came of it.
"""

import json
import select
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

SECONDS, BYTES = 10.0, 300 << 20  # of a processor, and of memory, for one small folder
PATIENCE = 20  # times as many seconds on the clock, of a machine that does much else
AT_ALL = 6 << 30  # bytes of addresses: a gigabyte asked for at once is an error, not the end of the machine
ROOT = Path(__file__).parents[2]
FAULT = "fault"  # in a sentence of ours that tells of an error in advisor itself


class Worker:
    """The other process; one that hangs or dies is told of and replaced."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None

    def diagnose(self, folder: Path, fault: dict[str, Any] | None = None) -> dict[str, Any]:
        """What came of it: "verdicts" and "notes", or "error" with what went wrong."""
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "tests.hostile.trial"]
            self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self._line(SECONDS * PATIENCE)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([str(folder), fault]).encode() + b"\n")
        self.process.stdin.flush()
        line = self._line(SECONDS * PATIENCE)
        if not line:
            dead = self.process.poll()
            self.close()
            return {"error": "hang" if dead is None else f"died: {dead}"}
        return json.loads(line)

    def _line(self, seconds: float) -> bytes:
        assert self.process is not None and self.process.stdout is not None
        return self.process.stdout.readline() if select.select([self.process.stdout], [], [], seconds)[0] else b""

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def diagnosed(folder: str, fault: dict[str, Any] | None) -> dict[str, Any]:
    """What is said of a folder, by both renderers too."""
    from advisor import AdvisorError, diagnose
    from advisor.render import json as as_json
    from advisor.render import text
    from tests.hostile.disk_faults import disk

    try:
        with disk(folder, fault):
            reports = diagnose(folder)
    except AdvisorError as error:
        return {"verdicts": [], "notes": [str(error)]}
    said = "".join(map(text.render, reports)) + as_json.render(reports)
    if "internal fault" in said or "fault of advisor" in said:
        return {"error": said[max(0, said.find("fault") - 300) :][:900]}
    notes = [note for report in reports for note in (*report.run.notes, *[report.run.unread] * bool(report.run.unread))]
    return {"verdicts": [report.verdict for report in reports], "notes": notes}


def peak() -> int:
    """The most bytes that this process held since the last call; 0 where nobody tells."""
    try:
        status = Path("/proc/self/status").read_text()
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main() -> None:
    import resource

    import pandas  # noqa: F401  # whose size is not a log's doing

    from advisor.judging.rules import problems
    from advisor.reading.formats import formats

    problems(), formats()  # what is imported once is no log's doing either
    resource.setrlimit(resource.RLIMIT_AS, (AT_ALL, AT_ALL))
    print("ready", flush=True)
    for line in sys.stdin:
        peak()
        began = time.process_time()
        try:
            found = diagnosed(*json.loads(line))
        except BaseException:
            found = {"error": traceback.format_exc()}
        if (held := peak()) > BYTES:
            found.setdefault("error", f"memory: {held >> 20} MB")
        if (took := time.process_time() - began) > SECONDS:
            found.setdefault("error", f"slow: {took:.0f} s")
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
