"""A traceback as it comes line by line: where in the user's own code it ends, whether in an evaluation, and whether in 16 bits."""

import re
from dataclasses import dataclass, replace

from advisor.scalar import Line

BEGINS = "Traceback (most recent call last)"
FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)(?:, in (?P<name>\S+))?')
INSTALLED = re.compile(r"(?:site|dist)-packages|[/\\]lib(?:64)?[/\\]python\d|<|^(?:torch|torchvision|numpy|sklearn|keras)/")  # others' code
TRAINS = re.compile(r"(?i)train|fit")
EVALUATES = re.compile(r"(?i)(?:^|_)(?:eval|valid|val(?:_|$)|test)|sanity_check")
HALF = re.compile(r"(?i)\bscaled_loss\b|[/\\](?:fp16|bf16)\w*\.py|[/\\](?:amp|apex)[/\\]|mixed_precision|fp16_optim")  # as frames call it
RELATIVE = re.compile(r"(?:\./)?\w[\w./-]*\.py")  # what can be named to the debugger as it stands
BAR = re.compile(r"(?i)\b(?:val(?:id(?:at\w+)?)?|eval(?:uat\w+)?|test(?:ing)?)\b.*?\d+ ?%[ |]|\b(?:valid|evalu)at\w+:? .*\d+/\d+ \[")


@dataclass
class Trace:
    """What the frames of the open traceback tell so far; `at` is the last place in the user's own code."""

    at: str = ""
    evaluating: bool = False
    half: bool = False
    script: str = ""

    def begin(self, above: str) -> None:
        """A traceback begins below this line."""
        self.at, self.evaluating, self.half, self.script = "", bar_of_evaluation(above), False, ""

    def take(self, plain: str) -> None:
        """One more line of it, which may be a frame."""
        self.half = self.half or bool(HALF.search(plain))
        if (found := FRAME.match(plain)) is None:
            return
        name = found["name"] or ""
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
        return replace(line, at=self.at, evaluating=self.evaluating, half=self.half, script=self.script)


def bar_of_evaluation(text: str) -> bool:
    """Whether this line is a progress bar of an evaluation that has not ended."""
    return bool(BAR.search(text)) and not TRAINS.search(text) and "100%" not in text


def of_a_file_that_does_not_parse(plain: str) -> bool:
    """Whether this is how Python begins to tell of a script that it could not read: a frame in no function, without a traceback."""
    found = FRAME.match(plain)
    return found is not None and found["name"] is None and plain == found[0]
