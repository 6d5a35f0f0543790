"""The referee: plain resolvers over SQLAlchemy rows, written from DOMAIN.md and sharing nothing with `resolvers/`.

graphql-core executes the operation over the printed schema, so that aliases, fragments, merging and directives have
their meaning from there. `world` holds the rows and says which are shown, `rules` what records say together, `filters`
and `pages` what a search demands, `law`, `reach`, `deciding` and `shown` who may see what, `ask` what a reader is
given, `roots`, `fields` and those by noun how a field is read, `answer` runs an operation.
"""
