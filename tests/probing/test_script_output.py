"""What the user's code prints while it is probed is folded away, kept, and shown where the probe fails."""

import pytest

from probes.probing.script_output import folded


def test_it_is_kept_beside_what_was_logged(tmp_path, capsys):
    with folded(tmp_path) as output:
        output.write(b"epoch 1\n")
        (tmp_path / "events").write_text("logged")
    assert (tmp_path / "output").read_text() == "epoch 1\n" and capsys.readouterr().err == ""


def test_a_failure_shows_its_end_and_leaves_nothing(tmp_path, capsys):
    with pytest.raises(ValueError, match="broke"), folded(tmp_path) as output:
        output.write(b"".join(b"line %d\n" % i for i in range(10_000)) + b"no newline")
        raise ValueError("broke")
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 20 and said[-2:] == ["line 9999", "no newline"] and not list(tmp_path.iterdir())


def test_it_may_be_shown_as_it_comes(tmp_path):
    with folded(tmp_path, shown=True) as output:
        assert output is None
