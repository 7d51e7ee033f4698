"""What students' folders look like: right and wrong names, copies, links, much else."""

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Write = Callable[[Path, str, bytes], None]


@dataclass(frozen=True)
class Folder:
    """How a folder is written (folder, the right name, a perfect notebook), and what comes of it.

    ``graded`` tells whether the perfect notebook is found; ``says`` is in the repairs or reason.
    """

    write: Write
    graded: bool
    says: str = ""


def called(pattern: str) -> Write:
    """The notebook under another name, ``{}`` being the right one without its ending."""

    def write(folder: Path, name: str, content: bytes) -> None:
        path = folder / pattern.format(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return write


def both(*writes: Write) -> Write:
    def write(folder: Path, name: str, content: bytes) -> None:
        for one in writes:
            one(folder, name, content)

    return write


def other(pattern: str, content: bytes = b'{"cells": []}') -> Write:
    return lambda folder, name, _: called(pattern)(folder, name, content)


def link(pattern: str, target: str) -> Write:
    return lambda folder, name, _: (folder / pattern.format(name)).symlink_to(target)


def pipe(pattern: str) -> Write:
    return lambda folder, name, _: os.mkfifo(folder / pattern.format(name))


def sparse(folder: Path, name: str, _: bytes) -> None:
    with (folder / "data.bin").open("wb") as file:
        file.truncate(30 << 30)


def many(number: int) -> Write:
    def write(folder: Path, name: str, _: bytes) -> None:
        for count in range(number):
            (folder / f"{count}.txt").write_text("x")

    return write


def many_sparse(pattern: str) -> Write:
    """60 GB in a zip of a few kilobytes."""

    def write(folder: Path, name: str, _: bytes) -> None:
        for count in range(1000):
            with (folder / pattern.format(name, count)).open("wb") as file:
                file.truncate(60 << 20)

    return write


def folder_of_that_name(folder: Path, name: str, _: bytes) -> None:
    (folder / f"{name}.ipynb").mkdir()


def deep(folder: Path, name: str, content: bytes) -> None:
    """1,200 folders in each other, which is more than Python's recursion and less than a path."""
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=handle)
        inner = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    with os.fdopen(os.open(f"{name}.ipynb", os.O_WRONLY | os.O_CREAT, dir_fd=handle), "wb") as file:
        file.write(content)
    os.close(handle)


def linked_folder(target: str) -> Write:
    """A link in place of the folder that is handed in."""

    def write(folder: Path, name: str, _: bytes) -> None:
        folder.rmdir()
        folder.symlink_to(target.format(folder.name))

    return write


def linked_student(folder: Path, name: str, _: bytes) -> None:
    folder.rmdir()
    folder.parent.rmdir()
    folder.parent.symlink_to("right")


def no_folder(folder: Path, name: str, content: bytes) -> None:
    folder.rmdir()
    folder.write_bytes(content)


def own_module(folder: Path, name: str, content: bytes) -> None:
    """All functions in a file beside the notebook, which imports them."""
    notebook = json.loads(content)
    (folder / "lib").mkdir()
    (folder / "data.txt").write_text("3")
    sources = ["import numpy as np\n\nfrom course_lessons.experiment import interval"]
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        found = re.search(r"^def (\w+)\(", source, re.M)
        if cell["metadata"].get("nbgrader", {}).get("solution") and found:
            sources.append(source)
            cell["source"] = (
                f"from lib.mine import {found[1]}\nassert int(open('data.txt').read()) == 3"
            )
    (folder / "lib" / "mine.py").write_text("\n\n\n".join(sources), encoding="utf-8")
    called("{}.ipynb")(folder, name, json.dumps(notebook).encode())


RIGHT = called("{}.ipynb")
FOLDERS = {
    "right": Folder(RIGHT, True),
    "numbered": Folder(called("{} (1).ipynb"), True, "(1)"),
    "capitals": Folder(called("PS00_Arrays.IPYNB"), True, "PS00"),
    "copy": Folder(called("Copy of {}.ipynb"), True, "Copy of"),
    "jupyter-copy": Folder(called("{}-Copy1.ipynb"), True, "Copy1"),
    "as-text": Folder(called("{}.ipynb.txt"), True, ".txt"),
    "as-json": Folder(called("{}.json"), True, ".json"),
    "spaces": Folder(called("ps00 arrays.ipynb"), True, "was called"),
    "own-name": Folder(called("my homework.ipynb"), True, "my homework"),
    "in-a-folder": Folder(called("ps00/{}.ipynb"), True, "ps00/"),
    "odd-name": Folder(called("{}\n\x1b[2J\u202e (2).ipynb"), True, "?"),
    "two-that-differ": Folder(
        both(called("{} (1).ipynb"), other("{} (2).ipynb")), False, "more than one file"
    ),
    "two-the-same": Folder(both(called("{} (1).ipynb"), called("{} (2).ipynb")), True, "(1)"),
    "two-unknown": Folder(both(called("a.ipynb"), other("b.ipynb")), False, "more than one file"),
    "extra-notebooks": Folder(both(RIGHT, other("notes.ipynb")), True, "notes.ipynb"),
    "nothing": Folder(lambda folder, name, content: None, False, "nothing"),
    "a-pdf": Folder(other("homework.pdf", b"%PDF"), False, "homework.pdf"),
    "a-link": Folder(link("{}.ipynb", "/etc/passwd"), False, "a link"),
    "a-link-to-another": Folder(link("{}.ipynb", "../../right/ps00/x.ipynb"), False, "a link"),
    "a-pipe": Folder(pipe("{}.ipynb"), False, "not a file"),
    "a-folder": Folder(folder_of_that_name, False, "not a file"),
    "links-beside": Folder(
        both(RIGHT, link("secret.txt", "/etc/hostname"), link("all", "/")), True, "links"
    ),
    "a-pipe-beside": Folder(both(RIGHT, pipe("data.csv"), pipe("timestamp.txt")), True),
    "30-gb-beside": Folder(both(RIGHT, sparse), True, "left out"),
    "many-beside": Folder(both(RIGHT, many(300)), True, "left out"),
    "more-beside": Folder(both(RIGHT, many(6000)), True, "only the first 5,000"),
    "60-gb-beside": Folder(both(RIGHT, many_sparse("{1}.bin")), True, "left out"),
    "60-gb-of-notebooks": Folder(both(RIGHT, many_sparse("{1}.ipynb")), True, "not graded"),
    "60-gb-of-copies": Folder(many_sparse("{0} ({1}).ipynb"), False, "more than one file"),
    "own-module": Folder(own_module, True),
    "false-friends-beside": Folder(
        both(
            RIGHT,
            *(
                other(name, b"raise SystemExit")
                for name in ("numpy.py", "grader.py", "course_lib/__init__.py", "json.py")
            ),
        ),
        True,
    ),
    "too-deep": Folder(deep, False, "not looked into: d/d/d"),
    "deep-beside": Folder(both(RIGHT, deep), True, "not looked into: d/d/d"),
    "a-linked-folder": Folder(linked_folder("../right/{}"), False, "is a link"),
    "a-linked-folder-of-the-machine": Folder(linked_folder("/etc"), False, "is a link"),
    "a-linked-student": Folder(linked_student, False, "is a link"),
    "no-folder": Folder(no_folder, False, "a folder is expected"),
    "a-folder-with-a-notebook's-name": Folder(
        both(called("{0}.ipynb/{0}.ipynb"), other("{}.ipynb/x.txt")), False, "not a file"
    ),
    "a-page-of-its-own": Folder(
        both(RIGHT, *(other(n, b"<script>x</script>") for n in ("export.html", "{}.html"))), True
    ),
    "a-folder-with-a-page's-name": Folder(both(RIGHT, other("{}.html/x.txt")), True),
    "names-that-are-not-text": Folder(
        both(called("caf\udce9/{}.ipynb"), other("\udce9.csv"), other("\udcff/x.txt")), True, "caf?"
    ),
    "*": Folder(RIGHT, True),
    "[a-z]": Folder(RIGHT, True),
    "a{b}%41?": Folder(RIGHT, True),
    "a-false-time": Folder(both(RIGHT, other("timestamp.txt", b"yesterday")), True),
    "a-far-time": Folder(both(RIGHT, other("timestamp.txt", b"9" * 90)), True),
}


def write_folders(submitted: Path, assignment: str, name: str, content: bytes) -> None:
    for student, folder in FOLDERS.items():
        place = submitted / student / assignment
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        folder.write(place, name, content)
