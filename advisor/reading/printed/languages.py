"""Words of other languages that name what a training prints, in English."""

import re

WORDS = {
    "epoch": ("轮次", "轮数", "周期", "エポック", "에포크", "에폭", "эпоха", "época", "époque", "epoche"),
    "step": ("步数", "步骤", "ステップ", "스텝", "шаг", "paso", "étape", "schritt"),
    "iteration": ("迭代次数", "迭代", "итерация", "iteración", "iteração", "itération"),
    "batch": ("批次", "バッチ", "배치", "пакет"),
    "loss": ("损失函数", "损失值", "损失", "損失", "손실", "потери", "потеря", "pérdida", "perda", "perte", "verlust", "perdita"),
    "accuracy": (
        "准确率",
        "精度",
        "正确率",
        "精确率",
        "正解率",
        "정확도",
        "точность",
        "precisión",
        "acurácia",
        "exactitude",
        "genauigkeit",
    ),
    "train": ("训练集", "训练", "訓練", "学習", "훈련", "학습", "обучение", "обучения", "entrenamiento", "treinamento", "entraînement"),
    "val": ("验证集", "验证", "検証", "검증", "валидация", "валидации", "validación", "validação", "validierung"),
    "test": ("测试集", "测试", "テスト", "테스트", "тест", "prueba", "teste"),
    "learning rate": ("学习率", "学習率", "학습률", "скорость обучения", "tasa de aprendizaje", "taxa de aprendizado", "lernrate"),
    "average": ("平均", "평균", "средняя", "средний", "promedio", "média", "moyenne"),
}
ENGLISH = {foreign: word for word, many in WORDS.items() for foreign in many}
# Letters of an alphabet end a word; of Chinese, Japanese and Korean any two may stand together.
FOREIGN = re.compile(
    " *(?:"
    + "|".join(
        rf"(?<![^\W\d_]){word}(?![^\W\d_])" if re.fullmatch(r"[a-zà-ÿа-я ]+", word) else word
        for word in sorted(ENGLISH, key=len, reverse=True)
    )
    + ")",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"第 *(\d+) *[个]?(轮次|轮|步|次迭代|批次|批)")  # "the 3rd epoch": the number stands before its word
BLANKS = re.compile(r"(?<=\w) {2,}(?=\w)")
PLAIN = ("epoche", "perda", "perte", "verlust", "perdita", "genauigkeit", "lernrate")  # in ASCII letters alone


def in_english(text: str) -> str:
    """The line with the words that it needs to be understood in English; the text itself where it has none of them."""
    if text.isascii() and not any(map(text.lower().__contains__, PLAIN)):
        return text
    ordered = ORDINAL.sub(lambda m: f" {_word(m[2])} {m[1]} ", text)
    return BLANKS.sub(" ", FOREIGN.sub(lambda m: f" {ENGLISH[m[0].lower().strip()]} ", ordered)).strip()


def _word(counter: str) -> str:
    return "epoch" if "轮" in counter else "batch" if "批" in counter else "step"
