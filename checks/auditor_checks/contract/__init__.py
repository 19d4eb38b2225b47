"""The contract under which the data was promised."""
