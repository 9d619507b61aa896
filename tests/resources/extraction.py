"""Finds every text that the sources show to people, and what a language lacks of them.

``python -m tests.resources.extraction de`` lists the missing ones as a catalogue to be filled in.

Texts are found in ``self.tr("…")`` (context: the class), ``QCoreApplication.translate("context", "…")``,
``QT_TRANSLATE_NOOP("context", "…")``, and in calls of small functions that only hand their text on to ``translate``,
such as ``def say(text): return QCoreApplication.translate("Problems", text)``.
"""

import ast
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from resources.files import catalogues
from resources.translations import read_catalogue

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("console", "widgets", "resources")


@dataclass(frozen=True, order=True)
class Text:
    """``is_counted``: has ``%n``, so its translation is a pair [one, many]."""

    context: str
    source: str
    place: str

    @property
    def is_counted(self) -> bool:
        return "%n" in self.source


@dataclass(frozen=True)
class Wrapper:
    """A function that hands its first argument on to ``translate``; ``context`` is fixed or a second argument's default."""

    name: str
    context: str
    has_context_argument: bool


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def wrappers_of(tree: ast.Module) -> list[Wrapper]:
    found = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        last = node.body[-1]
        if not (
            isinstance(last, ast.Return) and isinstance(last.value, ast.Call) and _called(last.value) == "translate"
        ):
            continue
        names = [argument.arg for argument in node.args.args]
        context, text = last.value.args[:2]
        if not (isinstance(text, ast.Name) and names and text.id == names[0]):
            continue
        fixed = _constant(context)
        default = _constant(node.args.defaults[-1]) if node.args.defaults else None
        found.append(Wrapper(node.name, fixed or default or "", fixed is None))
    return found


class _Finder(ast.NodeVisitor):
    def __init__(self, place: str, wrappers: dict[str, Wrapper]) -> None:
        self.place = place
        self.wrappers = wrappers
        self.classes: list[str] = []
        self.texts: list[Text] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.classes.append(node.name)
        self.generic_visit(node)
        self.classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        name = _called(node)
        arguments = [_constant(argument) for argument in node.args]
        if name == "tr" and isinstance(node.func, ast.Attribute) and self.classes:
            self._add(self.classes[-1], arguments[0], node)
        elif name in ("translate", "QT_TRANSLATE_NOOP") and len(arguments) >= 2:
            self._add(arguments[0], arguments[1], node)
        elif isinstance(node.func, ast.Name) and name in self.wrappers and arguments:
            wrapper = self.wrappers[name]
            context = arguments[1] if wrapper.has_context_argument and len(arguments) > 1 else wrapper.context
            self._add(context, arguments[0], node)

    def _add(self, context: str | None, source: str | None, node: ast.Call) -> None:
        if context and source:
            self.texts.append(Text(context, source, f"{self.place}:{node.lineno}"))


def texts_of(sources: Iterable[tuple[str, str]]) -> list[Text]:
    """All texts of (place, source code). A wrapper is known in its own file and wherever its name is imported."""
    trees = {place: ast.parse(code) for place, code in sources}
    known = {place: {wrapper.name: wrapper for wrapper in wrappers_of(tree)} for place, tree in trees.items()}
    texts: list[Text] = []
    for place, tree in trees.items():
        here = dict(known[place])
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                theirs = known.get(node.module.replace(".", "/") + ".py", {})
                here |= {alias.asname or alias.name: theirs[alias.name] for alias in node.names if alias.name in theirs}
        finder = _Finder(place, here)
        finder.visit(tree)
        texts += finder.texts
    return sorted(texts)


def package_texts(packages: Iterable[str] = PACKAGES) -> list[Text]:
    def files() -> Iterator[tuple[str, str]]:
        for package in packages:
            for path in sorted((ROOT / package).rglob("*.py")):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")

    return texts_of(files())


def translations(language: str) -> dict[tuple[str, str], str | list[str]]:
    return {
        (context, source): translation
        for path in catalogues(language)
        for context, texts in read_catalogue(path).items()
        for source, translation in texts.items()
    }


def missing(language: str, texts: Iterable[Text]) -> list[Text]:
    """Those without a translation, each once. English needs one for counted texts only."""
    there = translations(language)
    wanted = {(text.context, text.source): text for text in texts if language != "en" or text.is_counted}
    return sorted(text for key, text in wanted.items() if not there.get(key))


def main(language: str) -> int:
    lacking: dict[str, dict[str, str | list[str]]] = {}
    for text in missing(language, package_texts()):
        lacking.setdefault(text.context, {})[text.source] = ["", ""] if text.is_counted else ""
    sys.stdout.write(json.dumps(lacking, ensure_ascii=False, indent=2) + "\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "de"))
