"""What makes the sample data: one module a story, each with `files()`, name → text."""
