"""How to fetch: the selection compiler, the sources that it reads, and the resolvers of what is not a record."""
