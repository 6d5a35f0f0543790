"""`hub audit key`, `seal`, `verify`, `anchor` and `export`, as an operator runs them."""

import csv
import json
import stat
import subprocess
from pathlib import Path

import asyncpg
import pytest

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.audit.signing import make_key, public_pem
from tests.audit.trail import Trail
from tests.commands.run import hub as run_hub

pytestmark = pytest.mark.anyio


def hub(url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_hub("audit", *arguments, HUB_DATABASE_URL=url, **environment)


async def test_the_key_is_made_once_and_for_its_owner_only(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.pem"
    made = hub(database_url, "key", "--json", HUB_AUDIT_KEY=str(path))
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "PRIVATE" not in made.stdout
    again = hub(database_url, "key", HUB_AUDIT_KEY=str(path))
    facts = json.loads(made.stdout)
    assert facts["key_id"] in again.stdout and facts["public_key"] in again.stdout
    path.chmod(0o644)
    assert hub(database_url, "seal", HUB_AUDIT_KEY=str(path)).returncode == 2
    without = hub(database_url, "seal", HUB_AUDIT_KEY="")
    assert (without.returncode, "HUB_AUDIT_KEY" in without.stderr) == (2, True)


async def test_seal_verify_anchor_and_what_they_end_with(trail: Trail, tmp_path: Path) -> None:
    key = {"HUB_AUDIT_KEY": str(tmp_path / "audit.key")}
    public = tmp_path / "public.pem"
    public.write_text(public_pem(trail.key.public))
    anchors = tmp_path / "anchors.jsonl"
    assert hub(trail.url, "anchor", **key).returncode == 2  # nothing is sealed
    await trail.write(3)
    assert hub(trail.url, "seal", **key).stdout == "3 events sealed\n"
    await trail.write(2)
    anchored = hub(trail.url, "anchor", "--out", str(anchors), **key)
    assert (anchored.returncode, anchored.stderr) == (0, "")
    assert json.loads(hub(trail.url, "anchor", **key).stdout)["position"] == 5
    await trail.write(1)
    whole = hub(trail.url, "verify", "--json", "--anchor", str(anchors), "--public-key", str(public), HUB_AUDIT_KEY="")
    assert (whole.returncode, whole.stderr) == (0, "")
    facts = json.loads(whole.stdout)
    assert (facts["whole"], facts["events"], facts["unsealed"], facts["anchors"]) == (True, 5, 1, 1)
    assert hub(trail.url, "verify", HUB_AUDIT_KEY="").returncode == 2  # no key to verify with
    await trail.tamper("DELETE FROM audit_events WHERE event_id > 3", "DELETE FROM audit_seals WHERE seal_id > 1")
    assert hub(trail.url, "verify", **key).returncode == 0
    cut = hub(trail.url, "verify", "--anchor", str(anchors), **key)
    assert cut.returncode == 1
    assert "TAIL_CUT      at place 4 of the chain" in cut.stdout
    await trail.tamper("UPDATE audit_events SET user_id = 'bob' WHERE event_id = 2")
    changed = json.loads(hub(trail.url, "verify", "--json", **key).stdout)
    assert changed["fault"] == {
        "kind": "CHANGED",
        "position": 2,
        "event_id": 2,
        "seal_id": 1,
        "message": "event 2 is not what was sealed",
    }


@pytest.mark.parametrize("text", ["", "nonsense\n", '{"seal_id": 1}\n'])
async def test_a_file_without_anchors_is_refused(trail: Trail, tmp_path: Path, text: str) -> None:
    file = tmp_path / "anchors.jsonl"
    file.write_text(text)
    found = hub(trail.url, "verify", "--anchor", str(file), HUB_AUDIT_KEY=str(tmp_path / "audit.key"))
    assert (found.returncode, found.stdout) == (2, "")


async def test_the_embedded_servers_key_lies_in_the_data_folder(server_dir: Path) -> None:
    surroundings = {"HUB_DATA_DIR": str(server_dir), "HUB_AUDIT_KEY": ""}
    shown = hub("", "key", "--json", **surroundings)
    assert json.loads(shown.stdout)["file"] == str(server_dir / "audit.key")
    assert make_key(server_dir / "audit.key").key_id == json.loads(shown.stdout)["key_id"]


async def test_an_export_holds_every_event_and_is_in_the_trail_itself(trail: Trail, tmp_path: Path) -> None:
    student = await trail.owner.fetchval(
        "INSERT INTO students (student_id, msix_id, current_id) VALUES (7, '700000000018', 7) RETURNING student_id"
    )
    views = [
        Event(
            Tag.STUDENT_VIEW, user_id="señora", state="TX", students=(student,), fields=("Student.sex", "Student.id")
        ),
        Event(Tag.LOGIN_FAILURE, operation="=1+1", address="10.1.2.3", detail={"reason": "WRONG_PASSWORD"}),
    ]
    await record_in(trail.owner, *views)
    lines = tmp_path / "trail.jsonl"
    assert hub(trail.url, "export", "--format", "jsonl", "--out", str(lines)).returncode == 0
    first, second = (json.loads(line) for line in lines.read_text().splitlines())
    assert (first["user_id"], first["students"], first["fields"]) == (
        "señora",
        ["700000000018"],
        ["Student.sex", "Student.id"],
    )
    assert (second["address"], second["detail"]) == ("10.1.2.3", {"reason": "WRONG_PASSWORD"})
    table = tmp_path / "trail.csv"
    done = hub(trail.url, "export", "--out", str(table), "--since", "2020-01-01", "--until", "2120-01-01T00:00:00Z")
    assert (done.stdout, done.stderr) == (f"3 events in {table}\n", "")
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["tag"] for row in rows] == ["student:view", "account:login:failure", "audit:export"]
    assert rows[1]["operation"] == "'=1+1"
    none = hub(trail.url, "export", "--out", str(table), "--until", "2020-01-01")
    assert none.stdout == f"0 events in {table}\n"
    exported: list[asyncpg.Record] = await trail.owner.fetch(
        "SELECT detail ->> 'events' AS events, user_id FROM audit_events WHERE tag = 'audit:export' ORDER BY event_id"
    )
    assert [row["events"] for row in exported] == ["2", "3", "0"]
    assert all(row["user_id"].startswith("operator:") for row in exported)
