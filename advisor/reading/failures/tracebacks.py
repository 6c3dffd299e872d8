"""A traceback as it comes line by line: where in the user's own code it ends, whether in an evaluation, and whether in 16 bits."""

import re
from dataclasses import dataclass, replace

from advisor.scalar import Line

BEGINS = "Traceback (most recent call last)"
FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)(?:, in (?P<name>\S+))?')
INSTALLED = re.compile(  # others' code; on Windows Python's own lies in Lib of the folder it is installed in
    r"(?:site|dist)-packages|[/\\]lib(?:64)?[/\\]python\d|<|^(?:torch|torchvision|numpy|sklearn|keras)/"
    r"|(?i:[/\\](?:python[\d.]*|\w*conda\d?|envs[/\\][^/\\]+)[/\\]lib[/\\])"
)
TRAINS = re.compile(r"(?i)train|fit")
EVALUATES = re.compile(r"(?i)(?:^|_)(?:eval|valid|val(?:_|$)|test)|sanity_check")
HALF = re.compile(r"(?i)\bscaled_loss\b|[/\\](?:fp16|bf16)\w*\.py|[/\\](?:amp|apex)[/\\]|mixed_precision|fp16_optim")  # as frames call it
PLACES = re.compile(  # a model's weights are loaded, or moved to a device
    r"[/\\]nn[/\\]modules[/\\]module\.py.*, in (?:to|cuda|half|float|_apply|convert|load_state_dict)$"
    r"|, in (?:from_pretrained|_?load_pretrained_model|_load_state_dict_into\w+|load_checkpoint_in_model|prepare_model"
    r"|_sync_(?:module_states|params_and_buffers))$"
)
UPDATES = re.compile(
    r"(?:[/\\]optim(?:izers?)?[/\\](?!lr_)|bitsandbytes|adam|lion).*, in (?:step|_init_group|init_state|update_step|\w*adamw?)$"
)
COMPUTES = re.compile(r", in (?:forward|backward|_?call_impl|_wrapped_call_impl|closure|training_step|compute_loss)$")
STAGES = {"model": PLACES, "optimizer": UPDATES, "batch": COMPUTES}
RELATIVE = re.compile(r"(?:\./)?\w[\w./-]*\.py")  # what can be named to the debugger as it stands
BAR = re.compile(r"(?i)\b(?:val(?:id(?:at\w+)?)?|eval(?:uat\w+)?|test(?:ing)?)\b.*?\d+ ?%[ |]|\b(?:valid|evalu)at\w+:? .*\d+/\d+ \[")


@dataclass
class Trace:
    """What the frames of the open traceback tell so far; `at` is the last place in the user's own code."""

    at: str = ""
    evaluating: bool = False
    half: bool = False
    script: str = ""
    stage: str = ""
    code: str = ""  # the line of a file that does not parse

    def begin(self, above: str) -> None:
        """A traceback begins below this line."""
        self.at, self.evaluating, self.half, self.script, self.stage, self.code = "", bar_of_evaluation(above), False, "", "", ""

    def take(self, plain: str) -> None:
        """One more line of it, which may be a frame."""
        self.half = self.half or bool(HALF.search(plain))
        if (found := FRAME.match(plain)) is None:
            return
        name = found["name"] or ""
        self.stage = stage_of(found[0], self.stage)
        if TRAINS.search(name):
            self.evaluating = False
        elif EVALUATES.search(name):
            self.evaluating = True
        if found["path"].endswith(".py") and not INSTALLED.search(found["path"]):
            inside = f", in {name}" if name and not name.startswith("<") else ""
            file = re.split(r"[/\\]", found["path"])[-1]
            if name == "<module>" and not self.script:
                self.script = found["path"] if RELATIVE.fullmatch(found["path"]) else file if RELATIVE.fullmatch(file) else ""
            self.at = f"{file} line {found['line']}{inside}"

    def placed(self, line: Line) -> Line:
        """The line that ends it, with what the frames above it told."""
        told = replace(line, at=self.at, evaluating=self.evaluating, half=self.half, script=self.script, stage=self.stage)
        return replace(told, more=self.code) if self.code else told


def stage_of(frame: str, before: str) -> str:
    """What the program is at in this frame: the one within it decides, where it tells."""
    told = (stage for stage, frames in STAGES.items() if frames.search(frame))
    return next(told, before)


def bar_of_evaluation(text: str) -> bool:
    """Whether this line is a progress bar of an evaluation that has not ended."""
    return bool(BAR.search(text)) and not TRAINS.search(text) and "100%" not in text


def of_a_file_that_does_not_parse(plain: str) -> bool:
    """Whether this is how Python begins to tell of a script that it could not read: a frame in no function, without a traceback."""
    found = FRAME.match(plain)
    return found is not None and found["name"] is None and plain == found[0]
