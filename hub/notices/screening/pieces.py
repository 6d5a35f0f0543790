"""Names in pieces: broken by a sign (`Joa.quín`, `Mu|ñoz`), or with digits for letters (`R0sa`, `Joaqu1n`).

Nobody writes an ordinary word so by chance, hence what the pieces make is a name and nothing else; but for forms such
as `el/la` and `lo/la`, which Ella and Lola are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hub.notices.screening.ordinary import FUNCTION_WORDS
from hub.notices.screening.words import Word

SHORTEST = 4
"""Letters of a name in pieces: `an-a` and `l-uz` are too likely to be something else."""
_MOST = 8
_BREAK = re.compile(r"[._\-|/\\~*+=•·:,;]?")
_FORMS = FUNCTION_WORDS | {"es", "as", "os"}
_DIGITS = str.maketrans("0134578", "oieastb")
_ONE_AS_L = str.maketrans("1", "l")


def pieced(words: Sequence[Word], number: int) -> Iterator[tuple[int, str]]:
    """What the words from `number` on make if they are one, the longest first, with the last word of it."""
    last = number
    while last + 1 < len(words) and last + 1 < number + _MOST and _BREAK.fullmatch(words[last + 1].before):
        last += 1
    for end in range(last, number - 1, -1):
        text = "".join(word.text for word in words[number : end + 1])
        if end > number and all(word.text in _FORMS for word in words[number : end + 1]):
            continue
        if len(text) >= SHORTEST and not text.isdigit() and (end > number or not text.isalpha()):
            yield end, text.translate(_DIGITS)
            if "1" in text:
                yield end, text.translate(_ONE_AS_L).translate(_DIGITS)
