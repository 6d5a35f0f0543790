"""What a client sees. One noun a file; `schema.graphql` and `role_matrix.csv` are printed from it and reviewed."""
