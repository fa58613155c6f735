"""`python -m unideep.cli`: the `unideep` command, for processes that the command starts."""

from unideep.cli import main

main(prog_name="unideep")
