"""The password policies, each by its name: what a password must be, and how long it is good.

`msix` is the policy of the federal system: composition, and 90 days at most. `nist-800-63b-4` asks for length instead,
sets no end, and refuses what is made of common passwords, of the account's own names and of runs.
"""

from __future__ import annotations

import datetime
import re
import string
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MAX_LENGTH = 256  # characters; hashing reads all of them
MSIX_LENGTH, NIST_LENGTH = 8, 15
MSIX_AGE = datetime.timedelta(days=90)

_OWN = 6
"""Characters that must be left of a password once everything common is taken out."""
_LONGEST_WORD = 30
_SHORTEST_WORD = 3
_LOOKS_LIKE = str.maketrans("@401!35$7+", "aaoiiesstt")


@dataclass(frozen=True)
class PasswordPolicy:
    """`max_age` is how long a password is good (None: no end); a state may make that shorter."""

    name: str
    max_age: datetime.timedelta | None
    _rules: Callable[[str, Collection[str]], dict[str, bool]]

    def broken_rules(self, password: str, about: Collection[str] = ()) -> list[str]:
        """What is missing, as phrases after "the password needs"; empty when it is good.

        `about` are texts about the account (user id, name, e-mail) that the password may not be made of.
        """
        rules = {
            **self._rules(password, about),
            f"at most {MAX_LENGTH} characters": len(password) <= MAX_LENGTH,
            "no control characters": all(letter.isprintable() for letter in password),
        }
        return [rule for rule, kept in rules.items() if not kept]

    def is_too_old(self, age: datetime.timedelta, state_days: int | None) -> bool:
        """Whether a password of this age must be changed, where the account's state allows `state_days` (None: as is).

        A state only ever shortens.
        """
        limits = [limit for limit in (self.max_age, _days(state_days)) if limit is not None]
        return bool(limits) and age >= min(limits)


def _days(days: int | None) -> datetime.timedelta | None:
    return None if days is None else datetime.timedelta(days=days)


def _msix(password: str, _about: Collection[str]) -> dict[str, bool]:
    return {
        f"at least {MSIX_LENGTH} characters": len(password) >= MSIX_LENGTH,
        "an upper-case letter": any(letter.isupper() for letter in password),
        "a lower-case letter": any(letter.islower() for letter in password),
        "a digit": any(letter in string.digits for letter in password),
        "a special character": any(not letter.isalnum() and not letter.isspace() for letter in password),
    }


def _nist(password: str, about: Collection[str]) -> dict[str, bool]:
    return {
        f"at least {NIST_LENGTH} characters": len(password) >= NIST_LENGTH,
        "more than common passwords, names of the account or of the hub, and runs": _is_own(password, about),
    }


POLICIES = {
    "msix": PasswordPolicy("msix", MSIX_AGE, _msix),
    "nist-800-63b-4": PasswordPolicy("nist-800-63b-4", None, _nist),
}


def _is_own(password: str, about: Collection[str]) -> bool:
    """Whether enough is left of a password without common words, the account's names, runs and repetitions."""
    words = _common() | {word for text in about for word in _words(text)}
    folded = _folded(password[: MAX_LENGTH + 1])
    spellings = {_letters(folded), _letters(folded.translate(_LOOKS_LIKE))}
    return all(_left(_unit(spelling), words) >= _OWN for spelling in spellings)


@cache
def _common() -> frozenset[str]:
    text = files("hub.accounts").joinpath("common_passwords.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(_letters(_folded(word)) for line in lines for word in line.split())


def _words(text: str) -> Iterator[str]:
    """A text about the account, whole and in its parts."""
    folded = _folded(text)
    for word in (folded, *re.split(r"[\W_]+", folded)):
        if len(_letters(word)) >= _SHORTEST_WORD:
            yield _letters(word)


def _folded(text: str) -> str:
    """Without regard to case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _unit(text: str) -> str:
    """What a text repeats, once: `abcabcab` is `abc`."""
    for size in range(1, len(text) // 2 + 1):
        if (text[:size] * (len(text) // size + 1)).startswith(text):
            return text[:size]
    return text


def _left(text: str, words: Collection[str]) -> int:
    """The fewest characters that no word and no run of three or more covers."""
    left = [0]
    for end in range(1, len(text) + 1):
        best = left[end - 1] + 1
        run = _run(text, end)
        for size in range(_SHORTEST_WORD, min(end, _LONGEST_WORD) + 1):
            if size <= run or text[end - size : end] in words:
                best = min(best, left[end - size])
        left.append(best)
    return left[-1]


def _run(text: str, end: int) -> int:
    """The length of the run that ends there: the same character, or one after another, as in `aaa`, `4567`, `cba`."""
    longest = 1
    for step in (-1, 0, 1):
        size = 1
        while end - size >= 1 and ord(text[end - size]) - ord(text[end - size - 1]) == step:
            size += 1
        longest = max(longest, size)
    return longest
