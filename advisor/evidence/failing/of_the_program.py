"""Errors of a program, of its data and of the packages it uses, by their words."""

from advisor.evidence.failing.family import Family, family

UNREADABLE = r"\w*(?:Syntax|Indentation|Tab)Error\b"
PROGRAM: tuple[Family, ...] = (
    family(
        r"EOF when reading a line|\[Errno 9\] Bad file descriptor",
        "failing_line",
        "mended",
        "what it reads from, mostly a terminal that asks somebody, is not there: a program in the background can ask nobody",
    ),
    family(
        rf"{UNREADABLE}[^\n]*\n<(?:!|\?xml|html|head|body)",
        "script",
        "fetched anew",
        "that line is a web page's: the page was saved in place of the file that it shows, so download the file itself (its raw form)",
    ),
    family(
        rf"{UNREADABLE}[^\n]*\n(?:<{{7}}|={{7}}|>{{7}})",
        "failing_line",
        "mended",
        "that line is a mark of git's: a merge of two versions was not finished",
    ),
    family(
        rf"{UNREADABLE}[^\n]*\n(?:[!%]\s?[a-z]|%%)",
        "failing_line",
        "mended",
        "that line is a notebook's command, which Python does not know: leave such lines out of a script",
    ),
    family(UNREADABLE, "failing_line", "mended", "Python cannot read that file, so nothing in it was run"),
    family(
        r"(?i:no module named|cannot import name|loading shared librar|undefined symbol|CUDA_HOME environment)|ModuleNotFoundError",
        "package",
        "installed",
        "what is missing has to be installed, in a version that fits; one's own module needs its folder on the path",
    ),
    family(
        r"(?i:index out of range in self|target -?\d+ is out of bounds|srcSelectDimSize|t < n_classes|cur_target|device-side assert)",
        "label_range",
        "checked",
        "a label or a token lies outside what the model has outputs or embeddings for; on a GPU, CUDA_LAUNCH_BLOCKING=1 shows where",
    ),
    family(
        r"(?i:input (?:\w+ )?contains nan|infinity or a value too large|cannot convert float (?:nan|infinity))",
        "first_nan",
        "found",
        "something was NaN before this: outputs of a model whose loss is none any more, features, or a mean of nothing",
    ),
    family(
        r"(?i:modified by an inplace operation)",
        "anomaly_detection",
        "on",
        "it names the operation whose values were overwritten before its gradient was computed",
    ),
    family(
        r"(?i:finished reduction in the prior iteration)",
        "unused_parameters",
        "found",
        "some parameters had no part in the loss of this step: leave them out, or let DistributedDataParallel look for them",
    ),
    family(
        r"(?i:does not require grad and does not have a grad_fn)",
        "trainable_parameters",
        "all that require a gradient",
        "nothing that the loss is made of is trained: look for no_grad, detach and frozen weights between them",
    ),
    family(
        r"(?i:loading state_dict|copying a param with shape|unexpected key\(s\)|missing key\(s\))",
        "checkpoint",
        "of the same model",
        "the weights in the file are of another model than the one that takes them: compare their configurations, "
        "the number of classes among them",
    ),
    family(
        r"(?i:stack expects each tensor to be equal size|inhomogeneous (?:shape|part)|array element with a sequence|default_collate)",
        "collate",
        "of equal examples",
        "the examples of a batch are not alike, so no tensor can be made of them: pad, crop or collate them yourself",
    ),
    family(
        r"(?i:shapes? cannot be multiplied|size mismatch|must match the (?:existing )?size|sizes of tensors must match"
        r"|must be the same as input size|is invalid for input of size|number of dimensions"
        r"|expected input\b.* to (?:have|match)|could not be broadcast|incompatible shapes|must be equal to input_size|shape mismatch)",
        "shapes",
        "made to fit",
        "two sizes do not fit: the settings of the model against what the data has, or a reshape between them",
    ),
    family(
        r"(?i:on the same device|weight type \(|input type \()",
        "failing_line",
        "mended",
        "what meets there lies on two devices, or is of two types: move one to the other",
    ),
    family(
        r"(?i:expected scalar type|found dtype|same dtype|must have the same dtype|mat1 and mat2 must)",
        "failing_line",
        "mended",
        "two types of number meet there: convert one, and look at what mixed precision leaves out",
    ),
    family(
        r"(?i:expected more than 1 value per channel)",
        "last_batch",
        "left out",
        "batch normalization cannot train on one example, and the last batch of an epoch has what is left over",
    ),
    family(
        r"(?i:backward through the graph a second time)",
        "retained_graph",
        "off",
        "something of an earlier step is still part of the graph: detach hidden states, and add up numbers, not tensors",
    ),
    family(
        r"num_samples=0|(?i:found 0 (?:files|images|samples)|no (?:images|files|data|samples) found|dataset is empty|empty dataset)",
        "file_path",
        "one that holds data",
        "nothing was found where the data are looked for",
    ),
    family(
        r"module '[\w.]+' has no attribute|(?i:got an unexpected keyword argument)",
        "package",
        "of another version",
        "the code was written for another version of it, or a file or folder of its name beside the program hides it",
    ),
    family(
        r"(?i:can't pickle|cannot pickle|can't get local object)",
        "failing_line",
        "mended",
        "what is handed to another process must be no lambda, no local function and no open file",
    ),
)
