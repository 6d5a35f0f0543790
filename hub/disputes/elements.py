"""How a dispute names the element that it is about."""

from __future__ import annotations

from hub.refusal import Refusal, RefusalCode
from hub.tables.sections import is_element


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
