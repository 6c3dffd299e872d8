"""Words of other languages that name what a training prints, in English."""

import re

WORDS = {
    "epoch": (
        "轮次",
        "輪次",
        "轮数",
        "周期",
        "エポック",
        "에포크",
        "에폭",
        "эпоха",
        "эпохи",
        "эпохе",
        "епоха",
        "época",
        "épocas",
        "époque",
        "epoche",
        "epoka",
        "dönem",
    ),
    "step": ("步数", "步骤", "步驟", "ステップ", "스텝", "шаг", "шага", "paso", "passo", "étape", "schritt", "krok", "adım"),
    "iteration": ("迭代次数", "迭代", "итерация", "iteración", "iteração", "itération"),
    "batch": ("批次", "バッチ", "배치", "пакет"),
    "loss": (
        "损失函数",
        "损失值",
        "损失",
        "損失",
        "손실",
        "потери",
        "потеря",
        "потерь",
        "втрати",
        "pérdida",
        "perda",
        "perte",
        "verlust",
        "perdita",
        "strata",
        "kayıp",
    ),
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
        "précision",
        "accuratezza",
        "precisão",
        "exactitud",
        "akurasi",
        "dokładność",
        "doğruluk",
        "точності",
        "準確率",
        "正確率",
    ),
    "train": (
        "训练集",
        "训练",
        "訓練",
        "entrenamento",
        "addestramento",
        "entrainement",
        "eğitim",
        "学習",
        "훈련",
        "학습",
        "обучение",
        "обучения",
        "entrenamiento",
        "treinamento",
        "entraînement",
    ),
    "val": (
        "验证集",
        "验证",
        "驗證",
        "検証",
        "validazione",
        "doğrulama",
        "검증",
        "валидация",
        "валидации",
        "validación",
        "validação",
        "validierung",
    ),
    "test": ("测试集", "测试", "測試", "テスト", "테스트", "тест", "prueba", "teste"),
    "learning rate": ("学习率", "学習率", "학습률", "скорость обучения", "tasa de aprendizaje", "taxa de aprendizado", "lernrate"),
    "current": ("当前", "當前", "現在の", "현재"),
    "average": ("平均", "평균", "средняя", "средний", "promedio", "média", "moyenne"),
}
ENGLISH = {foreign: word for word, many in WORDS.items() for foreign in many}
MARKS = {"：": ": ", "，": ", ", "；": "; ", "（": " (", "）": ") "}
# Letters of an alphabet end a word; of Chinese, Japanese and Korean any two may stand together. "The 3rd epoch" has its number first.
FOREIGN = re.compile(
    "第 *(?P<count>\\d+) *个?(?P<counter>轮次|轮|步|次迭代|批次|批)|(?P<mark>[：，；（）])|(?P<word>"
    + "|".join(
        rf"(?<![^\W\d_]){word}(?![^\W\d_])" if re.fullmatch(r"[^\W\d_ぁ-ヿ㐀-鿿가-힣]+(?: [^\W\d_]+)*", word) else word
        for word in sorted(ENGLISH, key=len, reverse=True)
    )
    + ")",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[^\W\d_a-zA-Z]|[：，；（）]")  # of other alphabets; what bars are drawn with is none
PLAIN = (
    "epoche",
    "epoka",
    "perda",
    "perte",
    "verlust",
    "perdita",
    "genauigkeit",
    "accuratezza",
    "exactitud",
    "akurasi",
    "lernrate",
)  # in ASCII letters alone


def foreign_words(text: str) -> int:
    """How many of the words of other alphabets stand in a text, in letters that are not ASCII."""
    return sum(not match[0].isascii() and bool(match["word"] or match["counter"]) for match in FOREIGN.finditer(text))


def in_english(text: str) -> str:
    """The line with the words that it needs to be understood in English; the text itself where it has none of them."""
    found = parted(text)
    return "".join(piece for piece, _ in found) if found else text


def parted(text: str) -> list[tuple[str, int]]:
    """The same in pieces, each with its place in the text, -1 for what was put in; empty where there is nothing to translate."""
    if (text.isascii() or not LETTERS.search(text)) and not any(map(text.lower().__contains__, PLAIN)):
        return []
    found: list[tuple[str, int]] = []
    end = 0
    for match in FOREIGN.finditer(text):
        if end < match.start():
            found.append((text[end : match.start()], end))
        if not match["mark"] and found and not found[-1][0][-1].isspace():
            found.append((" ", -1))
        found += _english(match)
        end = match.end()
        if not match["mark"] and text[end : end + 1].isalnum():
            found.append((" ", -1))
    return [*found, (text[end:], end)] if found else []


def _english(match: re.Match) -> list[tuple[str, int]]:
    """What a word, a mark or a counter behind its number is in English."""
    if match["mark"]:
        return [(MARKS[match["mark"]], -1)]
    if match["word"]:
        return [(ENGLISH[match["word"].lower()], -1)]
    counter = "epoch" if "轮" in match["counter"] else "batch" if "批" in match["counter"] else "step"
    return [(f"{counter} ", -1), (match["count"], match.start("count"))]
