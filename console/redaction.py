"""What of a text may be read by others than who wrote it: nothing secret in a log, nothing personal in a report."""

import re
from collections.abc import Iterable

BLACKED = "•••"

_SECRETS = (
    re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+"),
    re.compile(
        r"(?i)((?:password|passwort|token|refresh_token|secret|authorization|api_?key)(?:\\*[\"'])?\s*[:=]\s*)"
        # of JSON within JSON: up to the mark that is escaped as often as the first one
        r"(?:(?P<escape>\\+)(?P<mark>[\"'])[^\n]*?(?<!\\)(?P=escape)(?P=mark)|\\+[\"'][^\s\"',;&}]*"
        # the whole of what stands in quotation marks, with those of its own that are escaped; else up to where it ends
        r"|\"(?:[^\"\\\n]|\\.)*\"(?=[\s,;&)}\]]|$)|'(?:[^'\\\n]|\\.)*'(?=[\s,;&)}\]]|$)"
        r"|\"[^\"\n]*\"|'[^'\n]*'|[\"']?(?!bearer\b)[^\s\"',;&}]+)"
    ),
    re.compile(r"(://[^/\s:@]+:)[^\s/]+(?=@)"),
)
# Each begins at the start of a run of its letters, or reaches no further than so many of them: a log may have lines of
# 200 kB, and while they are looked through nothing else is done.
_PERSONAL = (
    re.compile(r"(?<![\w.+•-])[\w.+•-]+@[\w-]+(?:\.[\w-]+)+"),  # an e-mail address, also of whose name is gone already
    re.compile(r"://[^/\s@]+@"),  # who signs in at a camera
    re.compile(r"(?<![\d.:-])\d(?:[ -]?\d){11,18}(?![\d:])"),  # the number of a card
    re.compile(
        r"(?i)(?:\bcard\b|\bkarte\b|(?<![•*x])[•*x]{2,})\W{0,12}"
        r"(?:(?:ending|in|endet|auf|mit|digits)\W{1,12}){0,4}\d{4}\b"
    ),
    re.compile(
        r"(?:\b[A-ZÄÖÜ][\w'-]{0,40}\s{1,9}){0,5}"
        r"(?<![\w-])[\w-]*(?i:straße|strasse|str\.|street|road|lane|avenue|weg|platz|allee|gasse)\s+\d+\w?"
    ),
    re.compile(r"\b\d+\w?\s+(?:[A-Z][\w'-]{0,40}\s{1,9}){1,5}(?:Street|Road|Lane|Avenue|Square)\b"),
    re.compile(r"(?<![\w/+=-])(?=[\w+/=-]*\d)[\w+/=-]{20,}(?![\w/+=-])"),  # what is long enough to be a key
    re.compile(r"(?i)(?<=[/\\\\]home[/\\\\])[^/\\\\\s:\"']+|(?<=[/\\\\]users[/\\\\])[^/\\\\\s:\"']+"),
)
_QUOTED = re.compile(r"\"[^\"\n]*\"|(?<!\w)'[^'\n]*'|“[^”\n]*”?|„[^“\n]*“?|«[^»\n]*»?")
_PLAIN = re.compile(r"[\"'][a-z0-9_./:-]{0,40}[\"']")
"""In quotation marks stand names of things, as programs write them; or words of people."""


def black_out(text: str) -> str:
    """``text`` without tokens, passwords and the like."""
    for secret in _SECRETS:
        text = secret.sub(rf"\1{BLACKED}", text)
    return text


def made_anonymous(text: str, names: Iterable[str]) -> str:
    """``text`` without secrets, ``names``, card numbers, addresses, and anything that somebody may have written. Rather
    too little is left of it than too much."""
    text = black_out(text)
    for name in sorted({name.strip() for name in names} - {""}, key=len, reverse=True):
        text = re.sub(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", BLACKED, text)
    text = _QUOTED.sub(_kept_if_plain, text)
    for personal in _PERSONAL:
        text = personal.sub(BLACKED, text)
    return text


def _kept_if_plain(found: re.Match[str]) -> str:
    return found.group() if _PLAIN.fullmatch(found.group()) else f"“{BLACKED}”"
