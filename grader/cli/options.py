"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Assignment = Annotated[str, typer.Argument(metavar="PS", help="an assignment, such as ps06")]
Force = Annotated[bool, typer.Option("--force", help="Do again what has not changed.")]
BackupFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="default: a new file in class/backups")
]
JobsAtOnce = Annotated[
    int | None,
    typer.Option(
        "--jobs", metavar="N", min=1, help="Submissions at once; default: one for each core."
    ),
]
Cluster = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Use the workers of a Dask scheduler (tcp://host:port, tls://host:port) in place of "
        "this machine's cores. Each needs the same course, versions and folders.",
    ),
]
Student = Annotated[str, typer.Option(metavar="NAME", help="Only this student.")]
Unsafe = Annotated[
    bool, typer.Option("--unsafe", help="Grade without isolation, where there is none.")
]
