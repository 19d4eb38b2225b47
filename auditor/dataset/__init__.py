"""Opening data, and saying what is in it: rows, columns, roles, and where it all came from."""
