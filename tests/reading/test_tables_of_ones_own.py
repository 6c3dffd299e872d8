"""Tables that a script wrote for itself: a count without a name, a header far below, cells that say more than a number, on their side."""

import json
import math

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read

ROWS = range(12)


def loss(i, start=3.0):
    return round(start * math.exp(-i / 5) + 0.1234, 6)


def comma(x):
    return str(x).replace(".", ",")


def lines(head, row):
    return head + "".join(row(i) + "\n" for i in ROWS)


def longer(row, names=("train_loss", "val_loss")):
    return "".join(row(i, name, x) + "\n" for i in ROWS for name, x in zip(names, (loss(i), loss(i, 2.5)), strict=True))


TABLES = {
    "a count called e": ("loss.csv", lines("e,Training loss,Validation loss\n", lambda i: f"{i},{loss(i)},{loss(i, 2.5)}")),
    "a numbered frame": ("run.csv", lines("index;train_loss;val_loss\n", lambda i: f"{i};{loss(i)};{loss(i, 2.5)}")),
    "settings above the header": (
        "log.csv",
        lines("# lr=0.1\n# batch_size=32\nepoch,train_loss,val_loss\n", lambda i: f"{i},{loss(i)},{loss(i, 2.5)}"),
    ),
    "a remark below the header": (
        "lcurve.out",
        lines("#  step   rmse_val   rmse_trn\n# without a reference nan is printed\n", lambda i: f" {i}  {loss(i, 2.5)}  {loss(i)}"),
    ),
    "a title above the header": (
        "log.csv",
        lines("Results of the second model\nMon 3 March\nepoch,train_loss,val_loss\n", lambda i: f"{i},{loss(i)},{loss(i, 2.5)}"),
    ),
    "decimal commas": ("log.csv", lines("epoch;train_loss;val_loss\n", lambda i: f"{i};{comma(loss(i))};{comma(loss(i, 2.5))}")),
    "epochs in words": ("log.csv", lines("epoch,train_loss,val_loss\n", lambda i: f"Epoch {i},{loss(i)},{loss(i, 2.5)}")),
    "epochs of so many": ("log.csv", lines("epoch,train_loss,val_loss\n", lambda i: f"{i}/12,{loss(i)},{loss(i, 2.5)}")),
    "on its side": (
        "history.csv",
        f",{','.join(map(str, ROWS))}\nloss,{','.join(str(loss(i)) for i in ROWS)}\nval_loss,{','.join(str(loss(i, 2.5)) for i in ROWS)}\n",
    ),
    "on its side, no counts": (
        "history.csv",
        f"train_loss,{','.join(str(loss(i)) for i in ROWS)}\nval_loss,{','.join(str(loss(i, 2.5)) for i in ROWS)}\n",
    ),
    "a row a number": ("metrics.csv", "step,metric,value\n" + longer(lambda i, name, x: f"{i},{name},{x}")),
    "as R melts a history": (
        "history.csv",
        "epoch,value,metric,data\n" + longer(lambda i, name, x: f"{i},{x},loss,{name}", ("training", "validation")),
    ),
    "a frame in JSON": (
        "history.json",
        json.dumps({"loss": {str(i): loss(i) for i in ROWS}, "val_loss": {str(i): loss(i, 2.5) for i in ROWS}}),
    ),
    "objects of one number": (
        "metrics.jsonl",
        longer(lambda i, name, x: json.dumps({"step": i, "name": name, "value": x})),
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_of_ones_own(tmp_path, kind):
    name, text = TABLES[kind]
    (tmp_path / name).write_text(text)
    [run] = read(tmp_path)
    train, val = run.signal("train_loss"), run.signal("val_loss")
    assert train.values.tolist() == [loss(i) for i in ROWS] and val.values.tolist() == [loss(i, 2.5) for i in ROWS]
    assert train.steps.tolist() == val.steps.tolist() == [*ROWS]


SOMEBODYS = {
    "a sweep": ("results.csv", lines("degree,train_mse,test_mse\n", lambda i: f"{i + 1},{loss(i)},{loss(i, 2.5)}")),
    "models on their side": ("results.csv", "model,cnn,mlp,svm,knn,tree\naccuracy,0.91,0.85,0.83,0.79,0.7\nloss,0.3,0.9,0.2,0.8,0.35\n"),
    "folds on their side": ("results.csv", ",0,1,2,3,4\naccuracy,0.91,0.85,0.83,0.79,0.7\nf1,0.3,0.9,0.2,0.8,0.35\n"),
    "prices": ("prices.csv", lines("index;price;volume\n", lambda i: f"{i};{comma(loss(i))};12")),
    "measurements, melted": ("data.csv", "time,variable,value\n" + longer(lambda i, name, x: f"{i},{name},{x}", ("heat", "flow"))),
}


@pytest.mark.parametrize("kind", SOMEBODYS)
def test_somebodys_data_is_no_training(tmp_path, kind):
    name, text = SOMEBODYS[kind]
    (tmp_path / name).write_text(text)
    with pytest.raises(AdvisorError):
        read(tmp_path)


def test_shares_and_thousands(tmp_path):
    text = lines("epoch;train_loss;val_acc;seen\n", lambda i: f'{i};{loss(i)};{50 + i}.5%;"1{i % 10},000"')
    (tmp_path / "log.csv").write_text(text)
    [run] = read(tmp_path)
    assert run.signal("val_accuracy").values.tolist() == [50.5 + i for i in ROWS]
    assert np.array_equal(run.scalars["seen"].values, [1000 * (10 + i % 10) for i in ROWS])


def cells(*outputs):
    return json.dumps({"cells": [{"cell_type": "code", "source": [], "outputs": [*outputs]}], "metadata": {}, "nbformat": 4})


def shown(rows):
    head = "".join(f"<th>{name}</th>" for name in ("epoch", "train_loss", "valid_loss"))
    body = "".join(f"<tr><td>{i}</td><td>{x}</td><td>{y}</td></tr>" for i, x, y in rows)
    return f'<table class="dataframe"><thead>\n<tr style="text-align: left;">{head}</tr></thead><tbody>{body}</tbody></table>'


NOTEBOOKS = {
    "printed": {
        "output_type": "stream",
        "text": [f"Epoch {i}: train loss {loss(i)} val loss {loss(i, 2.5)}\n" for i in ROWS],
    },
    "a bar that goes back": {
        "output_type": "stream",
        "text": "".join(
            f"Epoch {i}/12\n50/100 [=====>.....] - ETA: 3s"
            + "\x08" * 30
            + f"100/100 [=====] - 2s - loss: {loss(i)} - val_loss: {loss(i, 2.5)}\n"
            for i in ROWS
        ),
    },
    "a table that is shown": {
        "output_type": "display_data",
        "data": {"text/html": [shown((i, loss(i), loss(i, 2.5)) for i in ROWS)], "text/plain": ["<IPython.core.display.HTML object>"]},
    },
}


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_what_a_notebook_shows(tmp_path, kind):
    (tmp_path / "train.ipynb").write_text(cells({"output_type": "stream", "text": "cuda:0\n"}, NOTEBOOKS[kind]))
    [run] = read(tmp_path)
    assert run.signal("train_loss").values.tolist() == [loss(i) for i in ROWS]
    assert run.signal("val_loss").values.tolist() == [loss(i, 2.5) for i in ROWS]


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"cells": 3}', '{"cells": [{"outputs": [{"text": [1, null]}, 5]}, "x"]}'])
def test_a_notebook_that_is_none(tmp_path, text):
    (tmp_path / "train.ipynb").write_text(text)
    with pytest.raises(AdvisorError):
        read(tmp_path)


LINES = {
    "a line of the recurrent tutorials behind a logger's": "INFO---->train--->2022-03-23 10:37:30,456--->0m 24s ({i} 6%) {x}\n",
    "counters and values in braces": "2019-11-27 17:20:04,658-lstm_logger-{{train:epoch1,step{i},train_loss: {x}}}\n",
    "a mean over steps": "Average train loss for iteration {h}-{i}: {x}\n",
}


@pytest.mark.parametrize("kind", LINES)
def test_a_line_of_ones_own(tmp_path, kind):
    (tmp_path / "train.log").write_text("".join(LINES[kind].format(i=10 * i + 10, h=10 * i + 1, x=loss(i)) for i in ROWS))
    [run] = read(tmp_path)
    assert run.signal("train_loss").values.tolist() == [loss(i) for i in ROWS]
    assert run.signal("train_loss").steps.tolist() == [10 * i + 10 for i in ROWS]


def test_a_derivative_is_no_discriminator(tmp_path):
    (tmp_path / "losses.csv").write_text(lines("epoch,loss,pde_loss,loss_dE_bc\n", lambda i: f"{i},{loss(i)},{loss(i)},0.1{i}"))
    [run] = read(tmp_path)
    assert run.signal("train_loss").tag == "loss"


def test_printed_lines_with_commas_are_no_table(tmp_path):
    (tmp_path / "output.txt").write_text(lines("", lambda i: f"Epoch {i}, Loss: {loss(i)} , Test loss: {loss(i, 2.5)} "))
    [run] = read(tmp_path)
    assert run.format == "text" and run.signal("val_loss").values.tolist() == [loss(i, 2.5) for i in ROWS]


def test_columns_that_name_no_loss_are_asked_for(tmp_path):
    (tmp_path / "run.csv").write_text(lines("epoch,alpha,beta\n", lambda i: f"{i},{loss(i)},{i}"))
    [run] = read(tmp_path)
    assert [*run.scalars] == ["alpha"] and run.signal("train_loss") is None
    assert any("--tag 'train_loss=alpha'" in note for note in run.notes)
    [run] = read(tmp_path, {"train_loss": "alpha"})
    assert run.signal("train_loss").values.tolist() == [loss(i) for i in ROWS]


@pytest.mark.parametrize("alone", [True, False])
def test_the_columns_of_other_tables_are_told(tmp_path, alone):
    (tmp_path / "data.csv").write_text("name,alpha\tbeta,gamma\n" + "a,1,2\n" * 3)
    with pytest.raises(AdvisorError, match=r"no logs: .*data.csv has the columns name, alpha.beta, gamma, none of which counts"):
        read(tmp_path / "data.csv" if alone else tmp_path)


def test_a_header_in_another_language(tmp_path):
    text = lines("轮次,训练损失,验证损失\n", lambda i: f"{i},{loss(i)},{loss(i, 2.5)}")
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    [run] = read(tmp_path)
    assert run.signal("train_loss").steps.tolist() == [*ROWS] and run.signal("val_loss").values[0] == loss(0, 2.5)
