"""Lines that say the usual in another form: numbers as Julia prints them, names before all their numbers, frameworks' own sentences."""

import re

FLOAT32 = re.compile(r"(?<=\d)f(?=-?\d{1,2}\b)")  # Julia: "0.531f0"
NAME, VALUE = r"[A-Za-z_][\w ]{0,40}", r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)"
NAMES_FIRST = re.compile(  # "(loss_train, loss_test) = (0.31, 0.4)"
    rf"(?P<names>{NAME}(?:, ?{NAME}){{1,9}})\)? ?(?:=|:) ?[(\[]?(?P<values>{VALUE}(?:, ?{VALUE}){{1,9}})(?P<end>[)\]]?)(?=[\s,;|]|$)"
)
SCORE = re.compile(r"\bScore at iteration (\d+) is ")  # DL4J's listener, whose score is the loss
ESTIMATOR = "Saving dict for global step"  # TensorFlow's, after an evaluation


def in_usual_form(text: str) -> str:
    """The line as others say the same; the text itself where nothing is to be changed."""
    if "Score at " in text and (told := SCORE.search(text)):
        return f"iteration {told[1]} loss: {text[told.end() :]}"
    if ESTIMATOR in text:
        return text.replace(ESTIMATOR, "eval global step", 1)
    if "f0" in text or "f-" in text:
        text = FLOAT32.sub("e", text)
    if text.count(",") > 1 and (found := NAMES_FIRST.search(text)):
        names, values = (found[part].split(",") for part in ("names", "values"))
        if len(names) == len(values):
            pairs = ", ".join(f"{name.strip()}: {value.strip()}" for name, value in zip(names, values, strict=True))
            return f"{text[: found.start()].rstrip('( ')} | {pairs} | {text[found.end() :]}"
    return text
