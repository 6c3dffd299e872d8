"""Frameworks: each is recognized by its own examples and by no other's, and spells the changes as its users write them."""

import ast
import inspect
import json
import string

import pytest

import advisor
from advisor.finding import Change
from advisor.frameworks import frameworks, line_in, lines, recognized
from advisor.signals.hparams import HPARAMS
from advisor.signals.logged import Logged

IS, IS_NOT = (
    [pytest.param(name, example, id=f"{name}: {title}") for name, m in frameworks().items() for title, example in getattr(m, part).items()]
    for part in ("IS", "IS_NOT")
)
WRITTEN = [pytest.param(name, hparam, id=f"{name}: {hparam}") for name, m in frameworks().items() for hparam in m.LINES]


def framework(tags=(), hparams=None, format="", folder=""):
    return recognized(Logged(tags, hparams or {}, format, folder))


@pytest.mark.parametrize("name, example", IS)
def test_a_framework_is_recognized_by_its_examples(name, example):
    assert framework(**example) == name


@pytest.mark.parametrize("name, example", IS_NOT)
def test_a_framework_is_not_recognized_where_it_is_not(name, example):
    assert framework(**example) != name


@pytest.mark.parametrize("name, module", frameworks().items())
def test_a_framework_says_what_it_is_and_names_what_there_is(name, module):
    text = inspect.getdoc(module)
    assert "How it is recognized\n" in text and "References\n" in text
    assert set(module.LINES) <= set(HPARAMS) and module.IS and module.IS_NOT
    assert set(getattr(module, "BEFORE", ())) <= set(frameworks()) - {name}


@pytest.mark.parametrize("name, hparam", WRITTEN)
def test_a_line_holds_its_value_and_is_code(name, hparam):
    module, to = frameworks()[name], "AdamW" if hparam == "optimizer" else "ReLU" if hparam == "activation" else 7
    line = line_in(module, module.LINES[hparam], Change(hparam, to=to), {})
    fields = {field for _, field, _, _ in string.Formatter().parse(module.LINES[hparam]) if field}
    assert fields <= {"to", "optimizer", "momentum"} and (str(to) in line) == ("{to}" in module.LINES[hparam])
    if not getattr(module, "NO_PRODUCT", False):
        ast.parse(line.removeprefix("return "))


@pytest.mark.parametrize("name, optimizer, line", [
    ("keras", "Adam", "keras.optimizers.Adam(learning_rate=0.0003)"), ("mmengine", "SGD", "type='SGD', momentum=0.9, lr=0.0003"),
    ("lightning", "sgd", "SGD(self.parameters(), momentum=0.9, lr=0.0003)"), ("detectron2", "SGD", "cfg.SOLVER.BASE_LR = 0.0003"),
    ("transformers", "adamw_torch", "TrainingArguments(learning_rate=0.0003)"), ("ultralytics", "auto", "model.train(lr0=0.0003"),
    ("fastai", "Adam", "lr_max=0.0003"), ("nanogpt", "AdamW", "--learning_rate=0.0003"), ("yolov5", "SGD", "lr0: 0.0003"),
    ("xgboost", "", "learning_rate=0.0003"), ("lightgbm", "", "learning_rate=0.0003"), ("catboost", "", "learning_rate=0.0003"),
])  # fmt: skip
def test_a_rate_is_set_where_the_framework_has_it(name, optimizer, line):
    hparams = dict(optimizer=optimizer, momentum=0.9)
    [(written, said)] = lines(name, Change("lr", to=3e-4), hparams).items()
    assert written == name and line in said


def test_where_the_framework_has_no_word_for_it_the_line_is_of_pytorch_or_none():
    change = Change("label_mask", to="checked")
    assert list(lines("lightning", change, {})) == list(lines("", change, {})) == ["pytorch"] and lines("keras", change, {}) == {}
    assert list(lines("lightning", Change("lr", to=1e-3), {"optimizer": "Prodigy"})) == ["pytorch"]
    known = Change("augmentation", to="on", how={"pytorch": "transforms.RandomAffine(10)"})
    assert (
        lines("lightning", known, {}) == known.how
        and lines("keras", known, {}) == {}
        and list(lines("ultralytics", known, {})) == ["ultralytics"]
    )


def test_todays_value_is_multiplied_under_the_name_it_has_there():
    change = Change("lr", by=0.1)
    assert lines("detectron2", change, {}) == {"detectron2": "cfg.SOLVER.BASE_LR = 0.1 * cfg.SOLVER.BASE_LR"}
    assert lines("transformers", change, {}) == {"transformers": "TrainingArguments(learning_rate=0.1 * learning_rate)"}
    assert lines("yolov5", change, {}) == {}  # in a file of settings nothing is multiplied


def test_momentum_stays_what_it_was():
    for name in ("lightning", "mmengine", "keras"):
        assert "momentum=0.95, " in lines(name, Change("lr", to=0.01), dict(optimizer="SGD", momentum=0.95))[name]
        assert "momentum" not in lines(name, Change("lr", to=0.01), dict(optimizer="SGD"))[name]


def test_no_line_holds_what_is_no_number_there():
    one_cycle = Change("schedule", to="one-cycle", how={"pytorch": "OneCycleLR(optimizer, max_lr=1e-3)"})
    assert lines("lightning", one_cycle, {}) == one_cycle.how and lines("keras", one_cycle, {}) == {}
    assert "Lion(self.parameters()" in lines("lightning", Change("lr", to=1e-4), dict(optimizer="Lion"))["lightning"]
    assert "optim.Lion" not in lines("lightning", Change("lr", to=1e-4), dict(optimizer="Lion"))["lightning"]


@pytest.mark.parametrize("name, line, product", [
    ("lightning", "lr = 0.003  #", "lr = 0.1 * lr  #"), ("mmengine", "dict(lr=0.003)", "dict(lr=0.1 * lr)"),
    ("keras", "model.optimizer.learning_rate = 0.003 ", "model.optimizer.learning_rate = 0.1 * model.optimizer.learning_rate "),
])  # fmt: skip
def test_where_nobody_says_which_optimizer_none_is_named(name, line, product):
    to, by = lines(name, Change("lr", to=0.003), {}), lines(name, Change("lr", by=0.1), {})
    assert line in to[name] and product in by[name] and "AdamW" not in to[name] + by[name]


def test_a_framework_that_counts_no_epochs_is_told_steps():
    longer = Change("epochs", by=2.0)
    assert lines("detectron2", longer, {}) == {"detectron2": lines("detectron2", Change("max_steps", by=2.0), {})["detectron2"]}
    assert lines("detectron2", longer, {})["detectron2"].startswith("cfg.SOLVER.MAX_ITER = int(2 * cfg.SOLVER.MAX_ITER)")
    assert lines("nanogpt", longer, {}) == {}  # a command line multiplies nothing


TURNED = [2.3, 1.4, 1.0, 0.8, 0.7, 0.69, 0.75, 0.85, 0.95, 1.05, 1.2, 1.35]
FELL = [2.2, 1.3, 0.9, 0.6, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03]
V8 = "train/box_loss train/cls_loss train/dfl_loss metrics/mAP50(B) val/box_loss val/cls_loss val/dfl_loss"
V5 = "train/box_loss train/obj_loss train/cls_loss metrics/mAP_0.5 val/box_loss val/obj_loss val/cls_loss"
NANO = "step {i}00: train loss {a}, val loss {b}\niter {i}00: loss {a}, time 45.20ms, mfu 12.30%"


def state(path):
    history = []
    for i, (a, b) in enumerate(zip(FELL, TURNED, strict=True), start=1):
        history.append(dict(epoch=i, step=100 * i, loss=a, learning_rate=5e-5, grad_norm=1.0))
        history.append(dict(epoch=i, step=100 * i, eval_loss=b, eval_runtime=1.0, eval_steps_per_second=9.0))
    (path / "trainer_state.json").write_text(json.dumps(dict(log_history=history, num_train_epochs=12, max_steps=1200, train_batch_size=8)))


def csv(name, columns, folder=""):
    """A row an epoch: a training loss that falls and a validation loss that turns, whatever they are called."""

    def write(path):
        (path / folder).mkdir(parents=True, exist_ok=True)
        rows = [",".join(["epoch", *columns.split()])]
        for i in range(12):
            losses = {c: (TURNED if "val" in c else FELL)[i] if "loss" in c else 0.5 + 0.03 * min(i, 6) for c in columns.split()}
            rows.append(",".join(map(str, [i, *losses.values()])))
        (path / folder / name).write_text("\n".join(rows) + "\n")

    return write


def text(line):
    return lambda path: (path / "train.log").write_text("\n".join(line.format(i=i, a=FELL[i], b=TURNED[i]) for i in range(12)) + "\n")


@pytest.mark.parametrize("write, name, line", [
    (state, "transformers", "EarlyStoppingCallback("),
    (csv("metrics.csv", "train_loss val_loss", folder="lightning_logs/version_0"), "lightning", "EarlyStopping('val_loss'"),
    (csv("training.log", "accuracy loss val_accuracy val_loss"), "keras", "restore_best_weights=True"),
    (csv("history.csv", "train_loss valid_loss error_rate"), "fastai", "SaveModelCallback()"),
    (csv("results.csv", V8), "ultralytics", "model.train(patience="), (csv("results.csv", V5), "yolov5", "python train.py --patience"),
    (text(NANO), "nanogpt", "--always_save_checkpoint"),
])  # fmt: skip
def test_what_is_advised_on_a_log_is_written_in_its_framework(tmp_path, write, name, line):
    write(tmp_path)
    [report] = advisor.diagnose(tmp_path)
    assert report.run.signal("framework") == name
    [patience, *_] = [c for f in report.findings for cause in f.causes for c in cause.changes if c.hparam == "patience"]
    assert line in patience.how[name]


@pytest.mark.parametrize("name, package, called", [
    ("transformers", "transformers", "TrainingArguments"), ("lightning", "lightning.pytorch", "Trainer"),
    ("keras", "keras.optimizers", "AdamW"), ("xgboost", "xgboost", "XGBClassifier"), ("lightgbm", "lightgbm", "LGBMClassifier"),
    ("catboost", "catboost", "CatBoostClassifier"),
])  # fmt: skip
def test_every_argument_is_one_that_the_library_takes(name, package, called):
    """Of the libraries that are installed here."""
    takes = inspect.signature(getattr(pytest.importorskip(package), called).__init__).parameters
    module, given = frameworks()[name], set()
    for hparam in module.LINES:
        line = line_in(module, module.LINES[hparam], Change(hparam, to="AdamW" if hparam in ("optimizer", "activation") else 7), {})
        for call in ast.walk(ast.parse(line.removeprefix("return "))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == called:
                given |= {keyword.arg for keyword in call.keywords}
    assert given and given <= set(takes)
