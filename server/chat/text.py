"""What people type: signs that nobody sees are taken out, and what looks alike is found to be the same."""

import re
import unicodedata

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u2800\u3164\uffa0")
"""Drawn as nothing, though Unicode calls them letters or marks."""
_JOINERS = frozenset("\u200c\u200d\ufe0f")
"""Needed inside of Persian words and of composed emoji; they move nothing and hide nothing."""
_MOST_MARKS = 3
"""Marks on one letter: no language needs more, and towers of them run over other people's lines."""

_LOOK_ALIKE = str.maketrans(
    # Cyrillic and Greek letters that are drawn as Latin ones, then signs that are used as letters.
    "аеорсухіјѕһԁԛԝмтквнαορντκιυχεμηγωβ" + "0134578@$!|£€",
    "aeopcyxijshdqwmtkbhaopvtkiuxemnywb" + "oieastbasiile",
)
_RUN = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[^\W_]+")


def clean(text: str) -> str:
    """One line as others may see it; empty when nothing is left. Controls, marks of direction, signs without
    a shape and private ones are taken out, white space becomes one space."""
    kept: list[str] = []
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind in ("Mn", "Me") and sign not in _JOINERS else 0
        if kind.startswith("Z"):
            kept.append(" ")
        elif sign in _JOINERS or (not hidden(sign) and marks <= _MOST_MARKS):
            kept.append(sign)
    line = " ".join("".join(kept).split())
    return line if line.strip("".join(_JOINERS) + " ") else ""


def hidden(sign: str) -> bool:
    """Whether a sign is not drawn, or changes how others are drawn."""
    if sign in _UNSEEN or "\ufe00" <= sign <= "\ufe0e" or "\U000e0000" <= sign <= "\U000e0fff":
        return True
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def name_of(text: str) -> str:
    """A name as others may see it; empty when it can't be one. Nothing is taken out of a name in silence."""
    shown = clean(text)
    same = shown == " ".join(text.split()) and not _JOINERS & set(text)
    return shown if same and name_key(shown) else ""


def fold(text: str) -> str:
    """Lower case without accents, width and style; letters that look alike become one."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    shown = "".join(sign for sign in plain if not unicodedata.combining(sign) and not hidden(sign))
    return shown.translate(_LOOK_ALIKE).replace("l", "i")


def name_key(name: str) -> str:
    """Two names with one key can't be told apart: spaces, dots and dashes do not count."""
    return "".join(_WORD.findall(fold(name)))


def words(text: str) -> list[str]:
    """The folded words of a text; letters that stand alone side by side are one word as well."""
    # A sign at the end of a word is punctuation and no letter: "hello!"
    bare = re.sub(r"[!|@$£€]+(?=\s|\Z)", " ", text)
    found = [_RUN.sub(r"\1", word) for word in _WORD.findall(fold(bare))]
    spelled: list[str] = []
    run = ""
    for word in [*found, ""]:
        if len(word) == 1:
            run += word
            continue
        if len(run) > 1:
            spelled.append(run)
        run = ""
    return [*found, *spelled]


class WordList:
    """Words and phrases that hold a message back. They match whole words only, however they are written."""

    def __init__(self, listed: list[str]) -> None:
        self._phrases = {phrase for entry in listed if (phrase := tuple(_plain(entry)))}
        self._lengths = sorted({len(phrase) for phrase in self._phrases})

    def hits(self, text: str) -> bool:
        if not self._phrases:
            return False
        found = words(text)
        return any(
            tuple(found[start : start + length]) in self._phrases
            for length in self._lengths
            for start in range(len(found) - length + 1)
        )


def _plain(entry: str) -> list[str]:
    return [_RUN.sub(r"\1", word) for word in _WORD.findall(fold(entry))]
