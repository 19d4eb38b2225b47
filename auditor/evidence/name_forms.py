"""When two names of classes are one: the forms in which they are compared, and slips of the finger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

#: Letters from here on stand for syllables and words: one more or other is no slip.
_FIRST_WIDE = "\u2e80"
_SEPARATORS = re.compile(r"[\s_\-.]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: Letters that look like a Latin one: Cyrillic capitals, Cyrillic small letters, Greek ones.
_LATIN = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABEKMHOPCTYXIJS" + "aeopcyxijshdqw" + "ABEZHIKMNOPTYXo",
)


def same_forms(name: str) -> tuple[str, ...]:
    """The name without case, quotes and invisible signs, its words parted by one blank: equal forms, one class.

    Three forms where they differ: as it is written, with the words of `camelCase` parted, and with letters of
    other alphabets read as the Latin ones they look like. None for a name of blanks alone.
    """
    ways = (name, _CAMEL.sub(" ", name), name.translate(_LATIN))
    return tuple(dict.fromkeys(form for way in ways if (form := _parted(_plain(way), " "))))


def loose_forms(name: str) -> tuple[str, ...]:
    """The name without accents, and without what parts its words; none for a name of blanks alone."""
    form = _parted(_letters(name), "")
    return (form,) if form else ()


def _plain(name: str) -> str:
    """In one Unicode form, without case, invisible signs and what stands around it."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip(" \"'`")


def _letters(name: str) -> str:
    """The same without the accents of Latin and Greek letters; elsewhere a mark makes another letter."""
    kept, base = [], ""
    for c in unicodedata.normalize("NFKD", _plain(name)):
        if not unicodedata.combining(c):
            base = c
        elif unicodedata.name(base or " ").startswith(("LATIN", "GREEK")):
            continue
        kept.append(c)
    return "".join(kept)


def _parted(text: str, by: str) -> str:
    """The words with `by` between them; a sign that carries meaning stays."""
    return _SEPARATORS.sub(lambda found: _meaning_of(found) or by, text).strip()


def _meaning_of(found: re.Match[str]) -> str:
    """What must stay of a run of blanks, `_`, `-` and `.`: a sign (`-1`), a grade (`A-`), what parts digits."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    if before[-1:].isdigit() and after[:1].isdigit():
        return found[0]
    if not after:
        return "-" if "-" in found[0] else ""
    is_sign = found[0][-1] in "-." and (not before or len(found[0]) > 1)
    return found[0][-1] if is_sign and after[0].isdigit() else ""


def slips(names: Iterable[str], rights: Iterable[str], min_length: int) -> Iterator[tuple[str, str]]:
    """Each name with a name of `rights` that it may be a typo of, in the order of both."""
    near: dict[str, list[str]] = {}
    for right in rights:
        for form in filter(_is_wordy, loose_forms(right)):
            for part in _deletions(form):
                near.setdefault(part, []).append(right)
    for name in names if near else ():
        for form in loose_forms(name):
            yield from ((name, right) for right in _near(form, near) if _is_slip(name, right, min_length))


def _near(form: str, near: Mapping[str, list[str]]) -> dict[str, None]:
    return dict.fromkeys(right for part in _deletions(form) for right in near.get(part, ()))


def _is_wordy(form: str) -> bool:
    return not any(c.isdigit() or c >= _FIRST_WIDE for c in form)


def _deletions(form: str) -> Iterator[str]:
    """The form itself, and with each of its letters left out: forms one edit apart share one of these."""
    yield form
    for i in range(len(form)):
        yield form[:i] + form[i + 1 :]


def _is_slip(name: str, right: str, min_length: int) -> bool:
    """Whether the names are the same but for one edit inside one long word.

    A beginning or an ending that differs may be meant (`cat`, `cats`; `type_a`, `type_b`; `typical`, `atypical`).
    Two swapped letters are hardly ever meant, so that a word one letter shorter will do.
    """
    pairs = list(zip_longest(*(_SEPARATORS.split(_letters(one)) for one in (name, right)), fillvalue=""))
    unequal = [(a, b) for a, b in pairs if a != b]
    if len(unequal) != 1:
        return False
    ((a, b),) = unequal
    if any(c.isdigit() for c in a) or a[:1] != b[:1] or a.startswith(b) or b.startswith(a):
        return False
    if _is_swap(a, b):
        return len(b) >= min_length - 1
    return len(b) >= min_length and a[:-1] != b[:-1] and _is_one_edit(a, b)


def _is_swap(a: str, b: str) -> bool:
    unequal = [i for i in range(len(a)) if a[i] != b[i]] if len(a) == len(b) else []
    if len(unequal) != 2 or unequal[1] != unequal[0] + 1:
        return False
    return a[unequal[0]] == b[unequal[1]] and a[unequal[1]] == b[unequal[0]]


def _is_one_edit(a: str, b: str) -> bool:
    """A letter other, more or less."""
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
