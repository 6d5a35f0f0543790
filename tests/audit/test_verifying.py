"""Whatever a superuser does to the trail, `verify` names the first row of it and how."""

import datetime
from pathlib import Path

import pytest

from hub.audit.chain import COLUMNS, FORM
from hub.audit.faults import Kind
from hub.audit.signing import Keyring, make_key, public_pem
from hub.audit.verifying import Verified, verify
from hub.tables import AuditEventRow
from tests.audit.trail import Trail

pytestmark = pytest.mark.anyio


def first(found: Verified) -> tuple[Kind, int, int | None]:
    """Kind, place and event of the first fault."""
    assert found.fault is not None
    return found.fault.kind, found.fault.position, found.fault.event_id


async def test_a_trail_that_nobody_touched_is_whole(trail: Trail) -> None:
    assert (await trail.verify()).fault is None
    await trail.sealed(40, most=7)
    await trail.write(2)
    found = await trail.verify()
    assert (found.fault, found.faults, found.events, found.seals, found.unsealed) == (None, 0, 40, 6, 2)
    assert found.oldest is not None and found.oldest.tzinfo is not None
    assert (await trail.verify([await trail.anchor()])).anchors == 1


CHANGES = {
    "at": "at + interval '1 microsecond'",
    "tag": "'student:search'",
    "account_id": "4",
    "user_id": "'bob'",
    "session_id": "9",
    "state": "'TX'",
    "purpose": "'ENROLLMENT'",
    "operation": "''",
    "students": "'{}'",
    "fields": "ARRAY['Student.sex']",
    "result_bytes": "0",
    "address": "'10.0.0.1'",
    "detail": "'{}'",
}


@pytest.mark.parametrize("column", COLUMNS[FORM])
async def test_a_changed_value_of_any_column_is_named(trail: Trail, column: str) -> None:
    await trail.sealed(20, most=6)
    await trail.tamper(f"UPDATE audit_events SET {column} = {CHANGES[column]} WHERE event_id IN (9, 15)")
    found = await trail.verify()
    assert first(found) == (Kind.CHANGED, 9, 9)
    assert found.faults == 2


def test_every_column_of_an_event_is_sealed() -> None:
    """A new column of the table is a new form in `hub.audit.chain`, beside those that were sealed before."""
    assert {"event_id", *COLUMNS[FORM]} == set(AuditEventRow.__table__.c.keys())


@pytest.mark.parametrize("event_id", [1, 6, 7, 13])
async def test_a_removed_row_is_named(trail: Trail, event_id: int) -> None:
    await trail.sealed(20, most=6)
    await trail.tamper(f"DELETE FROM audit_events WHERE event_id = {event_id}")
    assert first(await trail.verify()) == (Kind.REMOVED, event_id, event_id)


async def test_a_row_put_into_a_hole_is_named(trail: Trail) -> None:
    await trail.sealed(5)
    await trail.owner.execute("SELECT nextval(pg_get_serial_sequence('audit_events', 'event_id'))")
    await trail.sealed(5)
    await trail.tamper("INSERT INTO audit_events (event_id, tag) VALUES (6, 'student:view')")
    found = await trail.verify()
    assert first(found) == (Kind.INSERTED, 6, 6)
    assert found.unsealed == 0


async def test_a_row_put_before_all_others_is_named(trail: Trail) -> None:
    await trail.sealed(5)
    await trail.tamper(
        "INSERT INTO audit_events (event_id, tag) VALUES (-3, 'student:view')",
        "UPDATE audit_events SET tag = 'x' WHERE event_id = 2",
    )
    assert first(await trail.verify()) == (Kind.INSERTED, 1, -3)


async def test_rows_in_each_others_place_are_named(trail: Trail) -> None:
    await trail.sealed(20, most=6)
    await trail.tamper(
        "UPDATE audit_events SET event_id = -1 WHERE event_id = 4",
        "UPDATE audit_events SET event_id = 4 WHERE event_id = 11",
        "UPDATE audit_events SET event_id = 11 WHERE event_id = -1",
    )
    found = await trail.verify()
    assert first(found) == (Kind.REORDERED, 4, 4)
    assert found.fault is not None and "stands as event 11" in found.fault.message


async def test_a_row_that_was_given_a_new_place_at_the_end_is_named(trail: Trail) -> None:
    await trail.sealed(10)
    await trail.tamper("UPDATE audit_events SET event_id = 100 WHERE event_id = 4")
    assert first(await trail.verify()) == (Kind.REORDERED, 4, 4)


async def test_equal_events_are_not_taken_for_each_other(trail: Trail) -> None:
    await trail.tamper(
        "INSERT INTO audit_events (at, tag) SELECT timestamptz '2026-01-01Z', 'student:view' FROM generate_series(1, 5)"
    )
    await trail.seal()
    await trail.tamper("DELETE FROM audit_events WHERE event_id = 3")
    assert first(await trail.verify()) == (Kind.REMOVED, 3, 3)


async def test_a_tail_of_events_that_is_cut_shows_by_its_seals(trail: Trail) -> None:
    await trail.sealed(20, most=6)
    await trail.tamper("DELETE FROM audit_events WHERE event_id > 14")
    assert first(await trail.verify()) == (Kind.TAIL_CUT, 15, 15)


async def test_a_tail_that_is_cut_with_its_seals_shows_by_an_anchor_only(trail: Trail) -> None:
    await trail.sealed(20, most=6)
    old = await trail.anchor()
    await trail.sealed(10, most=6)
    anchor = await trail.anchor()
    await trail.tamper("DELETE FROM audit_events WHERE event_id > 24", "DELETE FROM audit_seals WHERE seal_id > 5")
    assert (await trail.verify()).fault is not None  # the fifth seal is not empty: its last events are gone
    await trail.tamper("DELETE FROM audit_events WHERE event_id > 20", "DELETE FROM audit_seals WHERE seal_id > 4")
    assert (await trail.verify()).fault is None
    assert (await trail.verify([old])).fault is None
    assert first(await trail.verify([old, anchor])) == (Kind.TAIL_CUT, 21, None)


async def test_a_tail_that_is_cut_and_grows_again_shows_by_an_anchor(trail: Trail) -> None:
    await trail.sealed(20, most=6)
    anchor = await trail.anchor()
    await trail.tamper("DELETE FROM audit_events WHERE event_id > 12", "DELETE FROM audit_seals WHERE seal_id > 2")
    await trail.sealed(30, most=6)
    assert (await trail.verify()).fault is None
    found = await trail.verify([anchor])
    assert found.fault is not None and (found.fault.kind, found.fault.seal_id) == (Kind.CHANGED, 4)


async def test_an_anchor_that_no_trusted_key_signed_is_not_believed(trail: Trail, tmp_path: Path) -> None:
    await trail.sealed(4)
    anchor = await trail.anchor()
    other = Trail(trail.url, make_key(tmp_path / "other.key"), trail.owner, trail.stack)
    assert first(await trail.verify([await other.anchor()])) == (Kind.BAD_SIGNATURE, 4, None)
    assert (await trail.verify([anchor])).fault is None


@pytest.mark.parametrize(
    ("change", "kind", "position", "seal_id"),
    [
        ("DELETE FROM audit_seals WHERE seal_id = 2", Kind.REMOVED, 7, 2),
        ("UPDATE audit_seals SET sealed_at = sealed_at - interval '1 hour' WHERE seal_id = 3", Kind.CHANGED, 13, 3),
        ("UPDATE audit_seals SET settled_id = settled_id + 1 WHERE seal_id = 3", Kind.CHANGED, 13, 3),
        ("UPDATE audit_seals SET form = 77 WHERE seal_id = 2", Kind.CHANGED, 7, 2),
        ("UPDATE audit_seals SET event_ids = event_ids[1:3] WHERE seal_id = 2", Kind.CHANGED, 7, 2),
        ("UPDATE audit_seals SET head = sha256(head) WHERE seal_id = 2", Kind.CHANGED, 7, 2),
        ("UPDATE audit_seals SET signature = sha256('x') || sha256('y') WHERE seal_id = 4", Kind.BAD_SIGNATURE, 19, 4),
        ("UPDATE audit_seals SET key_id = 'mine' WHERE seal_id = 4", Kind.BAD_SIGNATURE, 19, 4),
    ],
)
async def test_a_seal_that_is_not_as_it_was_is_named(
    trail: Trail, change: str, kind: Kind, position: int, seal_id: int
) -> None:
    await trail.sealed(20, most=6)
    await trail.tamper(change)
    found = await trail.verify()
    assert found.fault is not None
    assert (found.fault.kind, found.fault.position, found.fault.seal_id) == (kind, position, seal_id)


async def test_a_signature_in_the_middle_cannot_be_changed_unseen(trail: Trail) -> None:
    await trail.sealed(20, most=6)
    await trail.tamper("UPDATE audit_seals SET signature = sha256('x') || sha256('y') WHERE seal_id = 2")
    found = await trail.verify()
    assert found.fault is not None and (found.fault.kind, found.fault.seal_id) == (Kind.BAD_SIGNATURE, 2)


async def test_seals_in_each_others_place_are_named(trail: Trail) -> None:
    await trail.sealed(24, most=6)
    await trail.tamper(
        "UPDATE audit_seals SET seal_id = -1 WHERE seal_id = 2",
        "UPDATE audit_seals SET seal_id = 2 WHERE seal_id = 3",
        "UPDATE audit_seals SET seal_id = 3 WHERE seal_id = -1",
    )
    found = await trail.verify()
    assert found.fault is not None
    assert (found.fault.kind, found.fault.position, found.fault.seal_id) == (Kind.REORDERED, 7, 2)


async def test_one_who_reckons_the_whole_chain_anew_cannot_sign_it(trail: Trail, tmp_path: Path) -> None:
    await trail.sealed(20, most=6)
    await trail.tamper("UPDATE audit_events SET user_id = 'bob' WHERE event_id = 8", "DELETE FROM audit_seals")
    forger = Trail(trail.url, make_key(tmp_path / "forger.key"), trail.owner, trail.stack)
    assert await forger.seal(most=6) == 20
    assert (await forger.verify()).fault is None
    assert first(await trail.verify()) == (Kind.BAD_SIGNATURE, 1, 1)


async def test_seals_of_an_earlier_key_stay_good_while_it_is_trusted(trail: Trail, tmp_path: Path) -> None:
    await trail.sealed(4)
    newer = make_key(tmp_path / "newer.key")
    with (tmp_path / "newer.key").open("a") as file:
        file.write(public_pem(trail.key.public))
    newer = make_key(tmp_path / "newer.key")
    later = Trail(trail.url, newer, trail.owner, trail.stack)
    await later.sealed(4)
    assert (await later.verify()).fault is None
    assert first(await verify_with(trail, Keyring([trail.key.public]))) == (Kind.BAD_SIGNATURE, 5, 5)


async def verify_with(trail: Trail, trusted: Keyring) -> Verified:
    return await verify(trail.owner, trusted)


async def test_the_age_of_the_unsealed_tail_is_told(trail: Trail) -> None:
    await trail.sealed(3)
    await trail.tamper("INSERT INTO audit_events (at, tag) VALUES (now() - interval '2 hours', 'student:view')")
    found = await trail.verify()
    assert found.fault is None and found.unsealed == 1 and found.oldest is not None
    assert datetime.datetime.now(datetime.UTC) - found.oldest > datetime.timedelta(hours=1)
