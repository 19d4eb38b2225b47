"""`python -m auditor`: the same as the command `dataaudit`."""

from auditor.cli import main

main()
