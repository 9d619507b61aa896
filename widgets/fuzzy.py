"""Fuzzy finding: the letters typed, in order, anywhere in a text; better the closer and the nearer to word starts."""


def score(typed: str, text: str) -> float | None:
    """How well ``typed`` matches: None where a letter is missing, otherwise higher is better; an empty one matches all.

    Words may come in any order: each is looked for by itself.
    """
    folded = text.casefold()
    total = 0.0
    for word in typed.casefold().split():
        found = _score_word(word, folded)
        if found is None:
            return None
        total += found
    return total - len(text) / 1_000


def _score_word(word: str, text: str) -> float | None:
    whole = text.find(word)
    if whole >= 0:
        is_start = whole == 0 or not text[whole - 1].isalnum()
        return 4.0 * len(word) + (6.0 if is_start else 0.0) + (4.0 if whole == 0 else 0.0)
    total, place = 0.0, -1
    for letter in word:
        found = text.find(letter, place + 1)
        if found < 0:
            return None
        is_start = found == 0 or not text[found - 1].isalnum()
        total += 2.0 if found == place + 1 and place >= 0 else 1.5 if is_start else 0.2
        place = found
    # Letters strewn over a text are no match that anybody meant.
    return total if total >= len(word) else None
