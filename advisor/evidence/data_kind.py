"""What kind of data a run was trained on, where its names show it: what keeps the label of a picture spoils a sentence.

Only what is said of one kind counts: a word that another kind uses too (mAP of a retrieval, a convolution over sound, an input's size)
says nothing, and a run that shows two kinds, as one of captions does, shows none. To be wrong here is worse than not to know.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from advisor.run import Run
from advisor.signals.tags import spelled

Kind = Literal["images", "text", "audio", "tables"]

# Words of tags and of the names of hyperparameters, as spelled() parts them: each between underscores.
NAMES: dict[Kind, str] = {
    "images": r"mio_?u|m?io_?u|[gd]io_?u|m?dice|psnr|ssim|lpips|bbox|segm|map_?(?:50|75|0_5|0_75)\w*|ap_?(?:50|75)"
    r"|(?:img|image)_?(?:size|sz|height|width|resolution)|imgsz|imgs_per_batch|crop_size|resize|hsv_[hsv]|fliplr|flipud|random_crop"
    r"|random_flip|horizontal_flip|color_jitter|(?:fast|faster|mask)_rcnn",
    "text": r"ppl|perplexity|bp[bc]|bleu\d*|rouge\w*|vocab_size|tokenizer\w*|tok(?:en)?s?_(?:per_)?s(?:ec|econd)?"
    r"|(?:mean_)?token_accuracy|sentence_length|max_(?:seq|sequence)_len(?:gth)?|max_position_embeddings|mlm_probability",
    "audio": r"audio|speech|wav|waveform|spectrogram|mel|mels|mfcc|sample_rate|sampling_rate|hop_length|n_fft|n_mels|num_mel_bins|stft"
    r"|speaker|phoneme\w*|asr|tts|vocoder",
    "tables": r"tabular|cat(?:egorical)?_(?:features|columns|cols)|num(?:erical|eric)?_(?:columns|cols)|cat_cardinalities|num_leaves"
    r"|n_estimators|colsample_bytree|min_child_weight",
}
# Words of what hyperparameters are set to: a dataset or a model that is of one kind by its name.
VALUES: dict[Kind, str] = {
    "images": r"cifar_?\d*|imagenet\w*|(?:fashion_?|k)?mnist|svhn|stl_?10|celeb_?a|ms_?coco|coco|pascal_?voc|cityscapes|ade_?20k"
    r"|vgg_?\d+|resnet_?(?:18|34|50|101|152)|resnext\w*|efficientnet\w*|mobilenet\w*|convnext\w*|densenet_?\d+|yolo\w*|deit\w*"
    r"|vit_(?:tiny|small|base|large|huge|[tsblh]_?\d+)\w*|mask_rcnn|faster_rcnn|retinanet",
    "text": r"wiki_?text\w*|open_?web_?text|shakespeare\w*|imdb|squad|glue|wmt\w*|fineweb\w*|tinystories|\w*bert|gpt_?\w*|llama\w*"
    r"|mistral\w*|qwen\w*|t5\w*|openai_community",
    "audio": r"libri_?speech|common_?voice|ljspeech|vctk|speech_?commands|audioset|whisper\w*|wav2vec\w*|hubert|wavlm|tacotron\w*"
    r"|conformer",
    "tables": r"adult_census|california_housing|higgs|covertype|tabnet|ft_transformer|xgboost|lightgbm|catboost",
}
AS_NAMES = {kind: re.compile(rf"_(?:{words})_") for kind, words in NAMES.items()}
AS_VALUES = {kind: re.compile(rf"_(?:{words})_") for kind, words in VALUES.items()}
SAYS = re.compile(r"dataset|data|model|arch|backbone|architecture|name|config|weights|cfg")  # hyperparameters that name data or a model
LONG = 120  # characters: what is longer is no name


def data_kind(run: Run) -> Kind | None:
    """The kind of data that the run's tags and hyperparameters show; None where they show none, or two.

    Speech with its transcript is audio: what is varied there is the sound.
    """
    shown = set(_by_names(run)) | set(_by_values(run.hparams))
    if "audio" in shown:
        shown.discard("text")
    return shown.pop() if len(shown) == 1 else None


def _by_names(run: Run) -> Iterator[Kind]:
    """The kinds that are told by a tag or by the name of a hyperparameter that is set."""
    names = [*run.scalars, *(name for name, value in run.hparams.items() if value not in (None, "", False))]
    for text in map(spelled, names):
        yield from (kind for kind, words in AS_NAMES.items() if words.search(text))


def _by_values(hparams: Any) -> Iterator[Kind]:
    """The kinds that are told by what a hyperparameter that names the data or the model is set to."""
    for name, value in hparams.items():
        if isinstance(value, str) and len(value) <= LONG and SAYS.search(str(name).lower()):
            text = f"_{re.sub(r'[^a-z0-9]+', '_', value.lower())}_"
            yield from (kind for kind, words in AS_VALUES.items() if words.search(text))
