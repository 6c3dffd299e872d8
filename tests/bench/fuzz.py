"""Does anything that lies in a folder of logs break advisor: python tests/bench/fuzz.py [CASES [SEED]]

Mutants of every format, disks that fail, bombs and plausible oddities, each diagnosed in a process with limits of time and memory. Told
are exceptions, hangs, and what took more than 300 MB, each with its seed, which makes it again; and of damages how many changed the
verdict without a word. `python tests/bench/fuzz.py one SEED` makes one case, and leaves its folder.
"""

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile.cases import Case, case_of, written  # noqa: E402
from tests.hostile.trial import Worker  # noqa: E402

TOLD = 1000  # cases after which it says how far it is


def untold(case: Case, before: dict, after: dict) -> bool:
    """Whether damage changed the verdict and nothing tells."""
    changed = before.get("verdicts") != after.get("verdicts")
    return case.damage and changed and "error" not in after and not set(after["notes"]) - set(before["notes"])


def main(cases: int = 2000, seed: int = 0) -> None:
    worker, wrong, counted, formats, changed = Worker(), Counter(), Counter(), Counter(), []
    with tempfile.TemporaryDirectory() as root:
        for number in range(seed, seed + cases):
            case = case_of(number)
            folder = Path(root) / "runs"
            after = worker.diagnose(written(folder, case.files), case.fault)
            shutil.rmtree(folder)
            counted["damages" if case.damage else "oddities" if case.fault is None else "faults of the disk"] += 1
            formats[case.format] += 1
            if "error" in after:
                last = after["error"].strip().splitlines()
                wrong[last[-1] if len(last) > 1 else last[0][:200]] += 1
                print(number, case.said, case.fault or "", *last[-3:], sep="\n  ", flush=True)
            elif case.damage:
                before = worker.diagnose(written(folder, case.whole))
                shutil.rmtree(folder)
                if untold(case, before, after):
                    changed.append(number)
                    print(number, case.said, before["verdicts"], after["verdicts"], "untold", sep="  ", flush=True)
            if number % TOLD == TOLD - 1:
                print(f"{number - seed + 1} done", flush=True)
    worker.close()
    print(f"seeds {seed} to {seed + cases - 1}: {dict(counted)}; {sum(wrong.values())} went wrong, {len(changed)} verdicts changed untold")
    print("of each format:", ", ".join(f"{kind} {times}" for kind, times in sorted(formats.items())))
    for what, times in wrong.most_common():
        print(f"{times:>6}  {what}")


def one(number: int) -> None:
    case = case_of(number)
    folder = written(Path(tempfile.mkdtemp()) / "runs", case.files)
    print(folder, case.said, case.fault, Worker().diagnose(folder, case.fault), sep="\n")


if __name__ == "__main__":
    one(int(sys.argv[2])) if sys.argv[1:2] == ["one"] else main(*map(int, sys.argv[1:]))
