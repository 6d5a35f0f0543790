"""What people write about a record: how long it may be, and that it holds no social security number."""

from __future__ import annotations

from hub.refusal import Refusal, RefusalCode
from hub.ssn import looks_like_ssn
from hub.tables.sections import is_element

LONGEST = 4000
LONGEST_REASON = 1000


def check_words(words: str, field: str, longest: int = LONGEST) -> str:
    """The words as they are kept. Names and other values may be in them: only those read them who may read the record.

    Raises Refusal (INVALID_INPUT) for none, too many, control characters and what looks like an SSN.
    """
    kept = words.replace("\r\n", "\n").strip()
    plain = all(letter.isprintable() or letter in "\n\t" for letter in kept)
    if not kept or len(kept) > longest or not plain:
        raise Refusal(RefusalCode.INVALID_INPUT, f"a text has 1 to {longest} printable characters", field)
    if looks_like_ssn(kept):
        raise Refusal(RefusalCode.INVALID_INPUT, "the hub keeps no social security number; leave it out", field)
    return kept


def check_element(name: str | None) -> tuple[str, str] | tuple[None, None]:
    """Section and element of a name such as `demographics.birthDate`; nothing for nothing.

    Raises Refusal (INVALID_INPUT) for one that `minimumDataElements` does not list.
    """
    if name is None:
        return None, None
    section, _, element = name.partition(".")
    if not is_element(section, element):
        said = "an element is named by section and name, such as demographics.birthDate"
        raise Refusal(RefusalCode.INVALID_INPUT, said, "field")
    return section, element
