"""Who decides, and which students are closed to all others meanwhile: DOMAIN.md, "Matching, merges, splits"."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from hub.tables import StatePolicyRow, StateRecordRow, WorklistItemRecordRow, WorklistItemRow
from hub.viewer import Reach, Viewer
from tests.graph.oracle.world import World

_ABOUT_WHO_THE_CHILD_IS = ("NEAR_MATCH", "ID_CONFLICT", "MERGE_VALIDATION", "SPLIT_VALIDATION")


@dataclass(frozen=True)
class Review:
    """A student under review: the open items about it."""

    items: tuple[WorklistItemRow, ...]

    @property
    def ask(self) -> list[str]:
        """The states whose data administrators decide."""
        return sorted({item.state for item in self.items})

    @property
    def until(self) -> datetime.datetime:
        """When the last of the decisions is due."""
        return max(item.due_at for item in self.items)


def may_decide(world: World, viewer: Viewer, item: Any) -> bool:
    """Administrators for their state or their region of it, primary users where their state lets them."""
    reach = viewer.grants.get("worklist:decide")
    if viewer.state is None or viewer.state != item.state:
        return False
    if reach is Reach.REGION:
        return viewer.region is not None and viewer.region == item.region
    if reach is Reach.POLICY:
        chosen = world.all(StatePolicyRow, lambda p: (p.state, p.policy) == (item.state, "PRIMARY_USERS_DECIDE"))
        return any(policy.value is True for policy in chosen)
    return reach is Reach.STATE


def item_records(world: World, item_id: int) -> list[StateRecordRow]:
    """The records that an item is about, whatever became of them."""
    about = world.all(WorklistItemRecordRow, lambda each: each.item_id == item_id)
    ids = {each.state_record_id for each in about}
    return world.all(StateRecordRow, lambda record: record.state_record_id in ids)


def reviews(world: World) -> dict[int, Review]:
    """The students about whose identity a decision is open."""
    found: dict[int, list[WorklistItemRow]] = {}
    for item in world.all(WorklistItemRow, lambda i: i.status == "OPEN" and i.kind in _ABOUT_WHO_THE_CHILD_IS):
        for student in {record.student_id for record in item_records(world, item.item_id)}:
            found.setdefault(student, []).append(item)
    return {student: Review(tuple(items)) for student, items in found.items()}


def closed_to(world: World, viewer: Viewer) -> dict[int, Review]:
    """The students that are under review by others than the viewer."""
    return {
        student: review
        for student, review in reviews(world).items()
        if not any(may_decide(world, viewer, item) for item in review.items)
    }
