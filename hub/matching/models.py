"""The models in the database: the one that decides, and the change to another, which somebody has to ask for."""

from __future__ import annotations

import json

import asyncpg

from hub.matching.model import Model, default_model, model_of

_ACTIVE = "SELECT version, content FROM matching_models WHERE active"
_ADD = """
INSERT INTO matching_models (version, content, active) VALUES ($1, $2::text::jsonb, $3) ON CONFLICT DO NOTHING
"""


async def active_model(connection: asyncpg.Connection) -> Model:
    """The model that decides; in a database without any, the one that the hub ships with, which is stored first."""
    row = await connection.fetchrow(_ACTIVE)
    if row is None:
        default = default_model()
        await connection.execute(_ADD, default.version, json.dumps(default.content()), True)
        row = await connection.fetchrow(_ACTIVE)
        assert row is not None, "somebody has stored a model by now"
    if row["version"] == default_model().version:
        return default_model()
    return model_of(row["version"], json.loads(row["content"]))


async def activate(connection: asyncpg.Connection, model: Model) -> None:
    """Store the model and let it decide from the next upload on. Call it in a transaction."""
    await connection.execute(_ADD, model.version, json.dumps(model.content()), False)
    await connection.execute("UPDATE matching_models SET active = false WHERE active AND version <> $1", model.version)
    await connection.execute("UPDATE matching_models SET active = true WHERE version = $1", model.version)
