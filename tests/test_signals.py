"""Which tags are which signals, for every framework's way of naming them."""

import numpy as np
import pytest

from advisor.alignment import aligned
from advisor.errors import AdvisorError
from advisor.run import Run
from advisor.scalar import Histogram, Line, scalar
from advisor.signals import SIGNALS

CURVES = [name for name in SIGNALS if name not in ("layer_grad_norms", "hparams", "lines")]


def run(*tags, points=20, **more):
    """A run of these tags; "tag*3" has three points."""
    parted = [tag.partition("*") for tag in tags]
    curves = {tag: scalar(np.arange(int(n or points)), np.linspace(2, 1, int(n or points)), tag=tag) for tag, _, n in parted}
    return Run("example", curves, **more)


# Framework: the tags it logs, and the signals they are.
FRAMEWORKS = {
    "plain": (
        ["Loss/train", "Loss/test", "Accuracy/train", "Accuracy/test"],
        dict(train_loss="Loss/train", val_loss="Loss/test", train_accuracy="Accuracy/train", val_accuracy="Accuracy/test"),
    ),
    "add_scalars, joined": (["Loss/train", "Loss/val"], dict(train_loss="Loss/train", val_loss="Loss/val")),
    "Lightning": (
        ["train_loss_step*100", "train_loss_epoch*5", "val_loss*5", "epoch*100", "lr-Adam/pg2", "lr-Adam/pg1", "lr-Adam/pg1-momentum"],
        dict(train_loss="train_loss_step", val_loss="val_loss", epoch="epoch", lr="lr-Adam/pg1"),
    ),
    "Lightning, two loaders": (
        ["train_loss", "val_loss/dataloader_idx_1", "val_loss/dataloader_idx_0"],
        dict(train_loss="train_loss", val_loss="val_loss/dataloader_idx_0"),
    ),
    "Lightning, gradients": (
        ["loss", "grad_2.0_norm/fc.weight", "grad_2.0_norm_total"],
        dict(train_loss="loss", grad_norm="grad_2.0_norm_total"),
    ),
    "HF Trainer": (
        [
            "train/loss*50",
            "train/grad_norm*50",
            "train/learning_rate*50",
            "train/epoch*50",
            "eval/loss*5",
            "eval/accuracy*5",
            "eval/runtime*5",
        ]
        + ["eval/samples_per_second*5", "train/train_loss*1", "train/total_flos*1", "train/train_runtime*1"],
        dict(train_loss="train/loss", grad_norm="train/grad_norm", lr="train/learning_rate", epoch="train/epoch", val_loss="eval/loss")
        | dict(val_accuracy="eval/accuracy"),
    ),
    "HF Trainer, short": (["train/train_loss*1", "train/loss*3"], dict(train_loss="train/loss")),
    "TRL, DPO": (
        ["train/loss", "train/rewards/chosen", "train/rewards/margins", "train/rewards/accuracies", "train/logps/chosen", "eval/loss"],
        dict(train_loss="train/loss", val_loss="eval/loss", train_accuracy="train/rewards/accuracies"),
    ),
    "TRL, SFT": (
        ["train/loss", "train/mean_token_accuracy", "train/entropy", "train/num_tokens"],
        dict(train_loss="train/loss", train_accuracy="train/mean_token_accuracy"),
    ),
    "TRL, GRPO": (["train/loss", "train/reward", "train/reward_std", "train/kl", "train/completions/mean_length"], {}),
    "Keras": (
        ["train/epoch_loss", "train/epoch_accuracy", "train/epoch_learning_rate", "validation/epoch_loss", "validation/epoch_accuracy"],
        dict(train_loss="train/epoch_loss", train_accuracy="train/epoch_accuracy", lr="train/epoch_learning_rate")
        | dict(val_loss="validation/epoch_loss", val_accuracy="validation/epoch_accuracy"),
    ),
    "Keras, batches": (["train/batch_loss*500", "train/epoch_loss*5"], dict(train_loss="train/batch_loss")),
    "timm": (
        ["epoch", "train_loss", "eval_loss", "eval_top5", "eval_top1", "lr"],
        dict(epoch="epoch", train_loss="train_loss", val_loss="eval_loss", val_accuracy="eval_top1", lr="lr"),
    ),
    "DETR": (
        ["train_loss_ce", "train_loss", "test_loss_ce", "test_loss", "train_lr", "train_class_error", "test_acc1", "epoch"],
        dict(train_loss="train_loss", val_loss="test_loss", lr="train_lr", val_accuracy="test_acc1", epoch="epoch"),
    ),
    "detectron2": (
        ["loss_cls", "loss_box_reg", "loss_mask", "total_loss", "lr", "data_time", "time", "bbox/AP", "eta_seconds"],
        dict(train_loss="total_loss", lr="lr", data_time="data_time", step_time="time", val_accuracy="bbox/AP"),
    ),
    "mmengine": (
        ["lr", "data_time", "loss_bbox", "loss", "grad_norm", "time", "memory", "coco/bbox_mAP"],
        dict(train_loss="loss", lr="lr", grad_norm="grad_norm", data_time="data_time", step_time="time", memory="memory")
        | dict(val_accuracy="coco/bbox_mAP"),
    ),
    "YOLOv5": (
        ["train/box_loss", "train/obj_loss", "train/cls_loss", "metrics/precision", "metrics/recall", "metrics/mAP_0.5"]
        + ["metrics/mAP_0.5:0.95", "val/obj_loss", "val/box_loss", "val/cls_loss", "x/lr1", "x/lr0", "x/lr2"],
        dict(train_loss="train/box_loss", val_loss="val/box_loss", val_accuracy="metrics/mAP_0.5", lr="x/lr0"),
    ),
    "Ultralytics": (
        [
            "lr/pg0",
            "lr/pg1",
            "train/box_loss",
            "train/cls_loss",
            "train/dfl_loss",
            "metrics/precision(B)",
            "metrics/mAP50(B)",
            "val/box_loss",
        ],
        dict(train_loss="train/box_loss", val_loss="val/box_loss", val_accuracy="metrics/mAP50(B)", lr="lr/pg0"),
    ),
    "Stable-Baselines3": (
        ["rollout/ep_rew_mean", "rollout/ep_len_mean", "train/loss", "train/value_loss", "train/policy_gradient_loss", "train/entropy_loss"]
        + ["train/approx_kl", "train/clip_fraction", "train/explained_variance", "train/learning_rate", "time/fps", "time/time_elapsed"],
        dict(lr="train/learning_rate", throughput="time/fps"),
    ),
    "CleanRL": (
        ["charts/episodic_return", "charts/learning_rate", "charts/SPS", "losses/value_loss", "losses/policy_loss", "losses/approx_kl"],
        dict(lr="charts/learning_rate", throughput="charts/SPS"),
    ),
    "CleanRL, only losses": (["losses/value_loss", "losses/approx_kl", "losses/entropy"], {}),
    "rsl_rl": (
        ["Loss/value_function", "Loss/surrogate", "Loss/learning_rate", "Train/mean_reward", "Train/mean_episode_length", "Perf/total_fps"],
        dict(lr="Loss/learning_rate", throughput="Perf/total_fps"),
    ),
    "Unity ML-Agents": (
        ["Environment/Cumulative Reward", "Losses/Value Loss", "Losses/Policy Loss", "Policy/Entropy", "Policy/Learning Rate"],
        dict(lr="Policy/Learning Rate"),
    ),
    "GAN": (["loss_G", "loss_D", "lr"], dict(lr="lr")),
    "GAN, spelled out": (["generator/loss", "discriminator_loss", "loss"], {}),
    "OpenAI logger": (
        ["step", "samples", "loss_q0", "loss", "loss_q3", "grad_norm", "lr", "param_norm"],
        dict(train_loss="loss", grad_norm="grad_norm", lr="lr"),
    ),
    "fairseq": (
        ["train/loss*5", "train/nll_loss*5", "train_inner/loss*90", "train_inner/ppl*90", "train_inner/gnorm*90", "train_inner/clip*90"]
        + ["train_inner/loss_scale*90", "train_inner/wps*90", "train_inner/lr*90", "valid/loss*5", "valid/nll_loss*5", "valid/ppl*5"],
        dict(train_loss="train_inner/loss", grad_norm="train_inner/gnorm", throughput="train_inner/wps", lr="train_inner/lr")
        | dict(val_loss="valid/loss"),
    ),
    "ESPnet": (
        ["train/optim0_lr0", "train/loss_ctc", "train/loss", "train/acc", "valid/loss_ctc", "valid/loss", "valid/acc"],
        dict(lr="train/optim0_lr0", train_loss="train/loss", train_accuracy="train/acc", val_loss="valid/loss", val_accuracy="valid/acc"),
    ),
    "NeMo": (
        ["reduced_train_loss", "val_loss", "lr", "grad_norm", "global_step", "consumed_samples", "train_step_timing in s"],
        dict(train_loss="reduced_train_loss", val_loss="val_loss", lr="lr", grad_norm="grad_norm", step_time="train_step_timing in s"),
    ),
    "Megatron-LM": (
        ["learning-rate", "learning-rate vs samples", "lm loss", "lm loss vs samples", "loss-scale", "loss-scale vs samples", "grad-norm"]
        + [
            "grad-norm vs samples",
            "params-norm",
            "num-zeros",
            "batch-size",
            "lm loss validation",
            "lm loss validation ppl",
            "iteration-time",
        ],
        dict(lr="learning-rate", train_loss="lm loss", grad_norm="grad-norm", val_loss="lm loss validation", step_time="iteration-time"),
    ),
    "DeepSpeed": (
        ["Train/Samples/train_loss", "Train/Samples/lr", "Train/Samples/loss_scale"],
        dict(train_loss="Train/Samples/train_loss", lr="Train/Samples/lr"),
    ),
    "torchtune": (
        ["loss", "lr", "grad_norm", "tokens_per_second_per_gpu", "peak_memory_active"],
        dict(train_loss="loss", lr="lr", grad_norm="grad_norm", throughput="tokens_per_second_per_gpu", memory="peak_memory_active"),
    ),
    "torchtitan": (
        ["loss_metrics/global_max_loss", "loss_metrics/global_avg_loss", "grad_norm", "validation_metrics/loss", "memory/num_ooms"]
        + ["memory/max_active(GiB)", "time_metrics/data_loading(%)", "time_metrics/data_loading(s)", "time_metrics/end_to_end(s)"],
        dict(train_loss="loss_metrics/global_avg_loss", grad_norm="grad_norm", val_loss="validation_metrics/loss")
        | dict(memory="memory/max_active(GiB)", data_time="time_metrics/data_loading(s)", step_time="time_metrics/end_to_end(s)"),
    ),
    "OLMo-core": (
        ["train/PPL", "train/CE loss", "optim/total grad norm", "optim/step skipped", "optim/LR (group 0)"],
        dict(train_loss="train/CE loss", grad_norm="optim/total grad norm", lr="optim/LR (group 0)"),
    ),
    "Composer": (
        ["loss/train/total", "lr-DecoupledAdamW/group0", "l2_norm/grad/global", "l2_norm/grad/layers.0.weight"],
        dict(train_loss="loss/train/total", lr="lr-DecoupledAdamW/group0", grad_norm="l2_norm/grad/global"),
    ),
    "nanochat": (["train/loss", "val/bpb", "train/lrm"], dict(train_loss="train/loss", val_loss="val/bpb")),
    "fastai": (
        ["train_loss", "valid_loss", "lr_0", "lr_1", "accuracy"],
        dict(train_loss="train_loss", val_loss="valid_loss", lr="lr_0", train_accuracy="accuracy"),
    ),
    "skorch": (
        ["Loss/train_loss", "Loss/valid_loss", "Loss/valid_acc", "dur"],
        dict(train_loss="Loss/train_loss", val_loss="Loss/valid_loss", val_accuracy="Loss/valid_acc"),
    ),
    "ignite": (
        ["training/batchloss", "validation/nll", "lr/group_0"],
        dict(train_loss="training/batchloss", val_loss="validation/nll", lr="lr/group_0"),
    ),
    "MONAI": (["Loss", "val_mean_dice"], dict(train_loss="Loss", val_accuracy="val_mean_dice")),
    "nnU-Net": (["train_loss", "val_loss"], dict(train_loss="train_loss", val_loss="val_loss")),
    "SpeechBrain": (["loss/train", "loss/valid", "WER/valid"], dict(train_loss="loss/train", val_loss="loss/valid")),
    "diffusers": (["train_loss", "lr"], dict(train_loss="train_loss", lr="lr")),
    "Coqui TTS": (
        ["TrainEpochStats/avg_loss*5", "TrainIterStats/loss*80", "EvalStats/avg_loss*5"],
        dict(train_loss="TrainIterStats/loss", val_loss="EvalStats/avg_loss"),
    ),
    "AlgoPerf": (
        [
            "loss*90",
            "lr*90",
            "train/accuracy",
            "train/loss",
            "validation/accuracy",
            "validation/loss",
            "test/accuracy",
            "test/loss",
            "score",
        ],
        dict(
            train_loss="train/loss",
            val_loss="validation/loss",
            train_accuracy="train/accuracy",
            val_accuracy="validation/accuracy",
            lr="lr",
        ),
    ),
    "AlgoPerf, speech": (
        ["loss", "grad_norm", "train/ctc_loss", "validation/ctc_loss", "validation/wer", "global_step", "preemption_count", "score"],
        dict(train_loss="loss", grad_norm="grad_norm", val_loss="validation/ctc_loss"),
    ),
    "DVCLive": (["train/loss", "eval/loss"], dict(train_loss="train/loss", val_loss="eval/loss")),
    "camel case": (["trainLoss", "valLoss", "learningRate"], dict(train_loss="trainLoss", val_loss="valLoss", lr="learningRate")),
    "one word": (["trainloss", "valloss", "valacc"], dict(train_loss="trainloss", val_loss="valloss", val_accuracy="valacc")),
    "validation before test": (["test_loss", "val_loss", "loss"], dict(train_loss="loss", val_loss="val_loss")),
    "a running best is no score": (["best_val_acc", "val_acc", "best_loss"], dict(val_accuracy="val_acc")),
    "parts of a variational bound": (["kl_loss", "recon_loss", "loss"], dict(train_loss="loss")),
    "nothing known": (["my/obj", "temperature"], {}),
}


@pytest.mark.parametrize("tags, signals", FRAMEWORKS.values(), ids=FRAMEWORKS)
def test_tags_are_signals(tags, signals):
    found = run(*tags).signals
    assert {name: found[name].tag for name in CURVES if name in found} == signals


@pytest.mark.parametrize("tags, signals", FRAMEWORKS.values(), ids=FRAMEWORKS)
def test_order_of_logging_does_not_matter(tags, signals):
    found = run(*reversed(tags)).signals
    if not any("YOLO" in name or "Ultra" in name for name, row in FRAMEWORKS.items() if row[0] is tags):  # all parts alike: the first
        assert {name: found[name].tag for name in CURVES if name in found} == signals


def test_a_scalar_keeps_its_own_steps():
    curves = {"loss": scalar([5, 10, 20], [3.0, 2.0, 1.0], tag="loss"), "val_loss": scalar([20], [2.0], tag="val_loss")}
    found = Run("example", curves).signals
    assert found["train_loss"].steps.tolist() == [5, 10, 20] and found["val_loss"].steps.tolist() == [20]


def test_milliseconds_become_seconds():
    assert run("step_time_ms").signal("step_time").values[0] == pytest.approx(0.002)


def test_a_clock_is_no_duration():
    clock = Run("example", {"time": scalar(range(20), np.arange(20) * 60.0, tag="time")})
    assert clock.signal("step_time") is None


def test_the_users_word_wins():
    named = run("my/obj", "loss", tags={"train_loss": "my/obj"})
    assert named.signal("train_loss").tag == "my/obj"


@pytest.mark.parametrize(
    "tags, said",
    [
        ({"train_loss": "my/objj"}, "did you mean my/obj?"),
        ({"train_los": "my/obj"}, "did you mean train_loss?"),
        ({"lines": "my/obj"}, "no signal lines"),
        ({"train_loss": "zzz"}, "nor anything like it"),
    ],
)
def test_the_users_mistake_is_told(tags, said):
    with pytest.raises(AdvisorError, match=said.replace("?", r"\?")):
        _ = run("my/obj", tags=tags).signals


def test_what_a_probe_logged_is_no_signal(monkeypatch):
    monkeypatch.setattr("advisor.layers._probes", lambda: frozenset({"lr_range_test"}))
    assert set(run("lr_range_test/loss", "lr_range_test/lr", "train_loss").signals) == {"train_loss"}


def histogram(scale, tag):
    edges = np.array([-1.0, 0.0, 1.0]) * scale
    return Histogram(np.array([0, 1]), (edges, edges), (np.ones(2), np.ones(2)), np.zeros(2), tag)


def test_layers_from_histograms():
    tags = ["fc1.weight", "fc1.weight.grad", "fc1.bias.grad", "gradients/fc2.weight"]
    layers = Run("example", histograms={tag: histogram(i + 1, tag) for i, tag in enumerate(tags)}).signal("layer_grad_norms")
    assert list(layers) == ["fc1.weight", "fc2.weight"]
    assert layers["fc2.weight"].values == pytest.approx([2.0, 2.0])  # 4 × 0.5


@pytest.mark.parametrize(
    "pattern",
    ["grad_2.0_norm/{}", "grad_norm/{}", "gradients/{}/norm", "{}/grad_norm", "l2_norm/grad/{}", "train/grad_norm/{}", "grad_norm_{}"],
)
def test_layers_from_norms(pattern):
    layers = run(*(pattern.format(layer) for layer in ("fc1.weight", "fc1.bias", "fc2.weight")), "grad_norm_total").signal(
        "layer_grad_norms"
    )
    assert list(layers) == ["fc1.weight", "fc2.weight"]


def test_what_is_no_curve():
    line = Line("out-of-memory", "train.log", 3, "CUDA out of memory")
    found = run("loss", hparams={"learning_rate": 0.1}, lines=(line,))
    assert found.signal("hparams")["lr"] == 0.1 and found.signal("lines") == (line,)
    assert run("loss").signal("lines") is None and run("loss").signal("hparams") is None


def mixed(train_wall, val_wall, **more):
    train = scalar(np.arange(0, 1000, 10), np.linspace(2, 1, 100), train_wall, "train_loss")
    return Run("example", {"train_loss": train, "val_loss": scalar(np.arange(10), np.ones(10), val_wall, "val_loss"), **more})


def test_epochs_go_onto_steps_by_wall_time():
    run = aligned(mixed(np.arange(100.0), np.arange(9.0, 100, 10)))
    assert run.signal("val_loss").steps.tolist() == [90, 190, 290, 390, 490, 590, 690, 790, 890, 990]
    assert "by wall time" in run.notes[0]


def test_epochs_go_onto_steps_by_the_epoch_logged():
    epoch = scalar(np.arange(0, 1000, 10), np.arange(100) / 10, tag="epoch")
    run = aligned(mixed(None, None, epoch=epoch))
    assert run.signal("val_loss").steps[:3].tolist() == [0, 100, 200] and "epoch" in run.notes[0]


def test_a_curve_that_only_ended_early_stays():
    run = aligned(mixed(np.arange(100.0), np.arange(10.0)))
    assert run.signal("val_loss").steps[-1] == 9 and not run.notes
