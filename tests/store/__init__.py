"""The database server, the connections to it and the migrations."""
