"""What a script said before it ended badly is kept beside its log and told by the diagnosis; what it outlived is not."""

import io
from types import SimpleNamespace

import pytest

import advisor
from probes.observing.event_writer import EventFile
from probes.observing.last_words import KEPT, LastWords, keep_signal


class Script:
    """A training at its first step in a folder with a log of it, and the streams that it prints to."""

    def __init__(self, folder):
        self.folder = folder
        self.out, self.err = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2))
        self.words, self.recorder = LastWords(self.out, self.err), SimpleNamespace(step=1, made_so_far=["an optimizer"])
        self.words.follow(self.recorder)

    def found(self, status, *errors):
        """What is found after an end with this status."""
        file = EventFile(self.folder)
        file.rows(("train/loss",), range(1, 41), [1e9 + i for i in range(40)], [[1 / (1 + i)] for i in range(40)])
        file.close()
        self.words.write(self.folder, "output.log", status, errors)
        [report] = advisor.diagnose(self.folder)
        return {finding.problem: finding.message for finding in report.findings}


def test_what_was_printed_goes_where_it_went_and_is_in_the_diagnosis(tmp_path):
    script = Script(tmp_path)
    print("epoch 3", file=script.out)
    print("training failed: no label in row 7\n100%|####| 3/3", file=script.err)
    told = script.found(1)["crash"]
    assert "exit status 1 after: training failed: no label in row 7" in told and "step 40" in told
    assert script.out.buffer.getvalue() == b"epoch 3\n" and b"row 7\n" in script.err.buffer.getvalue()


def test_what_came_before_other_steps_or_a_good_end_is_not(tmp_path):
    script = Script(tmp_path)
    print("Traceback (most recent call last):\nValueError: bad row", file=script.err)
    assert [bool(script.words.text(status, [])) for status in (0, 130, 1)] == [False, False, True]
    script.recorder.step = 3
    assert "crash" not in script.found(4), "it went on"


def test_an_error_is_kept_whole_whatever_shows_it(tmp_path):
    script = Script(tmp_path)
    print("x" * 2 * KEPT, file=script.out)
    assert script.words.size <= KEPT
    try:
        raise KeyError("label")
    except KeyError as error:
        assert "KeyError: 'label'" in script.found(1, error)["crash"]


def test_before_the_first_step_only_an_error_tells(tmp_path):
    script = Script(tmp_path)
    script.recorder.step = 0
    print("usage: train.py --data DATA", file=script.err)
    assert script.words.training and not script.words.text(2, []) and "KeyError" in script.words.text(1, [KeyError("label")])


@pytest.mark.parametrize("status, problem, words", [(137, "out-of-memory", "SIGKILL"), (139, "crash", "SIGSEGV"), (1, None, "")])
def test_a_signal_that_ended_it_is_told(tmp_path, status, problem, words):
    (tmp_path / "notes").write_text("there is a log")
    keep_signal(tmp_path, status)
    found = Script(tmp_path).found(0)
    assert words in found[problem] if problem else not {"crash", "out-of-memory"} & found.keys()
