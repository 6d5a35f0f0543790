"""Matching: which state records are of one child. Candidates by key, levels by field, bits, guards, a decision.

Other capabilities use the names below and no others.
"""

from hub.matching.alike import Alike, alike, index_missing, still_two
from hub.matching.explain import evidence
from hub.matching.index import Indexed, index, leave_behind, take_back, unindex
from hub.matching.keys import Keys, keys_of
from hub.matching.lookup import known_profiles, surroundings
from hub.matching.model import Model, model_of
from hub.matching.models import activate, active_model
from hub.matching.neighbourhood import Version
from hub.matching.nicknames import is_called
from hub.matching.normalize import ELEMENTS, given_tokens, person, surname_tokens
from hub.matching.placing import Place, Placed, Placing
from hub.matching.profiles import content_of, version_of
from hub.matching.rechecking import Doubt, doubts
from hub.matching.rejoining import Rejoined, rejoined

__all__ = [
    "ELEMENTS",
    "Alike",
    "Doubt",
    "Indexed",
    "Keys",
    "Model",
    "Place",
    "Placed",
    "Placing",
    "Rejoined",
    "Version",
    "activate",
    "active_model",
    "alike",
    "content_of",
    "doubts",
    "evidence",
    "given_tokens",
    "index",
    "index_missing",
    "is_called",
    "keys_of",
    "known_profiles",
    "leave_behind",
    "model_of",
    "person",
    "rejoined",
    "still_two",
    "surname_tokens",
    "surroundings",
    "take_back",
    "unindex",
    "version_of",
]
