"""A training is started as its user starts it: as a file, a module, a notebook, or by the line of a launcher."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.errors import AdvisorError
from probes.hooks.other_engines import dotted
from probes.programs import notebook
from probes.programs.launch_line import program_of
from probes.programs.program import Program, module_file
from probes.riding.script_errors import ended
from tests.commands.command_line import advisor

ROOT = Path(__file__).parents[2]
FACTS = """
import json, os, sys
print(json.dumps([__name__, __package__, __spec__ and __spec__.name, __file__, sys.argv, sys.path[0], os.getcwd()]))
"""
TRAINS = """
import torch
from .data import X, Y
print("begins as", __name__, flush=True)
m = torch.nn.Linear(8, 1)
o = torch.optim.SGD(m.parameters(), lr=0.05)
for x, y in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, Y), 8, shuffle=True):
    o.zero_grad()
    loss = torch.nn.functional.mse_loss(m(x), y)
    loss.backward()
    o.step()
print(type(loss).__name__, "after", __name__, "of", __package__, flush=True)
"""
DATA = "import torch\nX = torch.randn(256, 8)\nY = X.sum(1, keepdim=True)\n"
CELLS = [
    "%matplotlib inline\n!pip list\nimport torch\n",
    "%%bash\nrm -rf data\n",
    "%%time\nX = torch.randn(256, 8)\nY = X.sum(1, keepdim=True)\nm = torch.nn.Linear(8, 1)\ntorch.nn?\n",
    TRAINS.replace("from .data import X, Y", "").replace(", __package__", ""),
    "%time display(open('beside.txt').read())",
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a package of two modules, a script, and a notebook in a folder of its own."""
    package = tmp_path / "pkg" / "inner"
    package.mkdir(parents=True)
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "facts.py").write_text(FACTS)
    (package / "train.py").write_text(TRAINS)
    (package / "data.py").write_text(DATA)
    (tmp_path / "train.py").write_text("")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "beside.txt").write_text("read in its own folder")
    cells = [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in CELLS]
    (tmp_path / "notes" / "a.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "# %"}, *cells]}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*words, status=0):
    """What `advisor` prints, started in the current folder as a process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "advisor", *words], env=environment, capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


TORCHRUN = (sys.executable, "-m", "torch.distributed.run")
ACCELERATE = (sys.executable, "-m", "accelerate.commands.launch")
LINES = {
    "train.py --lr 1": ("train.py", ("--lr", "1"), "", None, {}, ()),
    "python -u train.py --lr 1": ("train.py", ("--lr", "1"), "", None, {}, ()),
    "uv run python3.12 -X dev train.py": ("train.py", (), "", None, {}, ()),
    "A=1 B=x=y python -m pkg.inner.train -m 3": ("pkg/inner/train.py", ("-m", "3"), "pkg.inner.train", None, {"A": "1", "B": "x=y"}, ()),
    "torchrun --standalone --nproc_per_node=2 train.py --nproc-per-node 9": (
        *("train.py", ("--nproc-per-node", "9"), "", 2, {}),
        (*TORCHRUN, "--standalone", "--nproc_per_node=2"),
    ),
    "env OMP_NUM_THREADS=1 torchrun --nnodes 1 --nproc-per-node 4 -m pkg.inner.train --x": (
        *("pkg/inner/train.py", ("--x",), "pkg.inner.train", 4, {"OMP_NUM_THREADS": "1"}),
        (*TORCHRUN, "--nnodes", "1", "--nproc-per-node", "4"),
    ),
    "python -m torch.distributed.run --nproc-per-node 2 train.py": ("train.py", (), "", 2, {}, (*TORCHRUN, "--nproc-per-node", "2")),
    "accelerate launch --multi_gpu --num_processes 2 --mixed_precision bf16 train.py": (
        *("train.py", (), "", 2, {"ACCELERATE_MIXED_PRECISION": "bf16"}),
        (*ACCELERATE, "--multi_gpu", "--num_processes", "2", "--mixed_precision", "bf16"),
    ),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_as_it_stands_in_a_shell(project, line):
    path, *rest = LINES[line]
    found = program_of(line.split())
    assert (found.path.resolve(), *vars(found).values())[0] == (project / path).resolve()
    assert [found.arguments, found.module, found.ranks, found.environment, found.launcher] == rest


@pytest.mark.parametrize(
    "line, said",
    [
        ("deepspeed --num_gpus 2 train.py", "advisor probe train.py -- …"),
        ("accelerate launch --use_fsdp train.py", "--use-fsdp"),
        ("torchrun --nproc-per-node gpu train.py", "as a number"),
        ("torchrun --nproc-per-node 2", "no script"),
        ("python -c pass", "write what it runs into one"),
        ("python -m", "no module"),
        ("python -m pkg.inner.tran", "There is no module pkg.inner.tran"),
        ("python -m pkg", "without a __main__.py"),
        ("python -m math", "Python source"),
        ("A=1", "starts no program"),
    ],
)
def test_a_line_that_starts_nothing_to_be_probed(project, line, said):
    with pytest.raises(AdvisorError, match=said.replace(".", r"\.")):
        program_of(line.split())


def test_a_module_is_found_without_running_anything(project):
    (project / "pkg" / "__init__.py").write_text("raise SystemExit(3)")
    assert module_file("pkg.inner.train") == project / "pkg" / "inner" / "train.py"


def test_a_module_sees_what_python_m_gives_it(project):
    alone = subprocess.run([sys.executable, "-m", "pkg.inner.facts", "--a", "b"], capture_output=True, text=True, check=True).stdout
    assert json.loads(alone)[1:3] == ["pkg.inner", "pkg.inner.facts"]
    assert command("run", "-m", "pkg.inner.facts", "--a", "b").splitlines()[0] == alone.strip()


def test_a_module_and_a_notebook_are_run_and_logged(project):
    assert "Tensor after __main__ of pkg.inner" in (said := command("run", "--", "python", "-m", "pkg.inner.train"))
    assert "steps 1 to 32" in said
    said = command("run", "notes/a.ipynb")
    assert "Tensor after __main__ of\nread in its own folder" in said and "steps 1 to 32" in said


def test_a_module_is_probed_by_the_line_that_starts_it(project):
    said = command("probe", "--only", "noise", "--steps", "90", "--", "OMP_NUM_THREADS=1", "python", "-m", "pkg.inner.train")
    assert "noise scale at the start" in said and "begins as" not in said
    [printed] = Path("runs").glob("*/output")
    assert printed.read_text().startswith("begins as __main__\n")


def test_a_launcher_is_started_and_its_first_rank_logged(project):
    said = command("run", "--", "torchrun", "--nproc-per-node", "2", "-m", "pkg.inner.train")
    assert said.count("Tensor after __main__ of pkg.inner") == 2 and "steps 1 to 32" in said
    assert len(list(Path("runs").iterdir())) == 1


def test_a_traceback_names_the_cell(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "%matplotlib inline\n\n1 / 0"}]}))
    said = command("run", str(path), status=1)
    assert 'File "n.ipynb cell 1", line 3' in said and "run_script" not in said
    path.write_text("{}")
    assert "no Jupyter notebook" in command("run", str(path), status=2)


def test_what_only_ipython_understands_is_left_out():
    assert notebook.python_of("if a:\n    %cd x\n    !ls\nhelp?\n%time f(x)\nx % 3") == "if a:\n    pass\n    pass\npass\nf(x)\nx % 3"
    assert notebook.python_of("%%html\n<b>") == "" and notebook.python_of("%%capture out\nf()") == "\nf()"


def test_an_option_of_the_scripts_is_told_where_to_stand():
    said = advisor("probe", "train.py", "--budget", "1min", "--lr", "1e-3")
    assert said.exit_code == 2 and "advisor probe train.py --budget 1min -- --lr 1e-3" in said.stderr


def test_arguments_that_the_script_refused():
    parser = argparse.ArgumentParser(prog="train.py")
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("out")
    with pytest.raises(SystemExit) as end:
        parser.parse_args([])
    assert "advisor probe -m pkg.train -- --data-dir … OUT" in str(ended(end.value, Program(Path("train.py"), module="pkg.train")))
    assert "status 2" in str(ended(SystemExit(2), Program(Path("train.py")))) and ended(SystemExit(0), Program(Path("train.py"))) is None


def test_a_file_of_a_package_is_named_as_a_module(project):
    assert dotted(project / "pkg" / "inner" / "train.py") == "pkg.inner.train"


@pytest.mark.parametrize(
    "text, said",
    [
        ("[" * 100_000, "is no Jupyter notebook"),
        ('{"nbformat": 3, "worksheets": [{"cells": []}]}', "is no Jupyter notebook"),
        ('{"cells": [null, {"cell_type": "code", "source": 1}]}', "is no Jupyter notebook"),
        ('{"cells": [], "metadata": []}', "is no Jupyter notebook"),
        ('{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "is written in R"),
    ],
)
def test_what_is_no_notebook_of_python_is_told(tmp_path, text, said):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(AdvisorError, match=said):
        notebook.sources(tmp_path / "a.ipynb")
