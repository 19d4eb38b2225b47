"""`python -m auditor.cli`: the same as the command `dataaudit`."""

from auditor.cli import main

main()
