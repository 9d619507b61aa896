"""By which words a receipt is found."""

import re
import unicodedata

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of ``text``, each once, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return list(dict.fromkeys(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))))
