"""What a learning management system (LMS) gave as a download, read with limits.

A folder or a zip file; zip files of students inside it are looked into as well. Nothing is unpacked
to disk, no link is followed, and no name can lead out of the download.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path, PurePosixPath

from grader.classroom.collect.zone import Zone
from grader.grading.submission.handed_in import LARGEST, MOST_ENTRIES, shown, tree_of
from grader.problems import Problem

DEPTH = 6  # folders in each other below one of the download
MOST_IN_DOWNLOAD = 50_000  # entries of a class's zip file
MOST_IN_ZIP, MOST_BYTES_IN_ZIP = 1_000, 256 << 20  # of a student's zip file
MOST_NOTEBOOKS = 100  # of a zip file of which nothing else is read
MOST_RATIO, SMALL = 200, 1 << 20  # a notebook's text is packed to a tenth; a bomb to a thousandth
LONGEST_NAME, LONGEST_PATH = 200, 1_000  # bytes
EARLIEST = (1980, 1, 1, 0, 0, 0)  # in a zip file: not known
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Unreadable(Exception):
    """One file of a download cannot be read; the text says why, and what to do."""


@dataclass(frozen=True)
class File:
    """One file of a download.

    Attributes
    ----------
    path : from the download's top; what lies in a zip file has that file's name as a folder
    when : the time that a zip file notes for it
    content : reads it; raises Unreadable
    """

    path: PurePosixPath
    size: int
    when: datetime | None
    content: Callable[[], bytes]


@dataclass
class Download:
    """The files of a download; ``left_out`` says of each other one why it is none of them."""

    files: list[File] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


@contextmanager
def opened(path: Path, zone: Zone) -> Iterator[Download]:
    """The download ``path``, a folder or a zip file; its files can be read within the block.

    Parameters
    ----------
    zone : of the times in a zip file that do not say theirs

    Raises
    ------
    Problem
        It is neither, it is damaged, or it holds more than a class hands in.
    """
    if path.is_dir():
        yield _with_zips(_of_folder(path), zone)
        return
    if not path.is_file():
        raise Problem(f"there is no {path}; name the folder or the zip file that the LMS gave you")
    if not zipfile.is_zipfile(path):
        raise Problem(
            f"{path} is not a zip file; if packed in another way, unpack it, and name the folder"
        )
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise Problem(f"{path} is damaged ({error}); download it again") from None
    with archive:
        if len(archive.infolist()) > MOST_IN_DOWNLOAD:
            raise Problem(
                f"{path} has more than {MOST_IN_DOWNLOAD:,} entries; unpack it, and name the "
                "folder that holds the submissions of one problem set"
            )
        yield _with_zips(_of_zip(lambda: archive, PurePosixPath(), zone), zone)


def _of_folder(folder: Path) -> Download:
    download = Download()
    top = tree_of(folder, 0, most=MOST_IN_DOWNLOAD)
    trees = [top, *(tree_of(place, DEPTH) for place in top.folders)]
    if any(tree.too_many for tree in trees):
        raise Problem(
            f"{folder} has more than {MOST_IN_DOWNLOAD:,} entries, or a student's folder "
            f"more than {MOST_ENTRIES:,}; name the folder with the submissions of one problem set"
        )
    for tree in trees:
        for path in tree.files:
            place = _named(path.relative_to(folder).as_posix())
            size = path.lstat().st_size
            if why := _why_left_out(place, size):
                download.left_out[shown(Path(place))] = why
            else:
                file = File(PurePosixPath(place), size, None, _reader(path))
                download.files.append(file)
        for path in (*tree.links, *tree.special):
            word = "a link, and links are not followed" if path.is_symlink() else "no plain file"
            download.left_out[shown(path.relative_to(folder))] = word
    for tree in trees[1:]:
        for path in tree.deeper:
            download.left_out[shown(path.relative_to(folder))] = "a folder that lies too deep"
    return download


def _reader(path: Path) -> Callable[[], bytes]:
    def content() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise Unreadable(f"cannot be read ({error.strerror})") from None

    return content


def _of_zip(archive: Callable[[], zipfile.ZipFile], inside: PurePosixPath, zone: Zone) -> Download:
    """The files of a zip file, whose names begin with ``inside``."""
    found: dict[PurePosixPath, File] = {}
    download = Download()
    for info in archive().infolist():
        name = _named(_filename(info))
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if info.is_dir() or any(part.startswith((".", "__")) and part != ".." for part in parts):
            continue
        path = inside.joinpath(*parts)
        if why := _why_not_unpacked(info, name, parts) or _why_left_out(str(path), info.file_size):
            download.left_out[shown(Path(inside, name))] = why
            continue
        if path in found:
            download.left_out[shown(Path(path))] = (
                "there twice; the last one in the zip file counts"
            )
        found[path] = File(path, info.file_size, _when(info, zone), _unpacker(archive, info))
    download.files = list(found.values())
    return download


def _unpacker(archive: Callable[[], zipfile.ZipFile], info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def content() -> bytes:
        try:
            with archive().open(info) as file:
                # With a number, because an entry may hold more than it says.
                return file.read(info.file_size + 1)
        except DAMAGED as error:
            raise Unreadable(f"damaged in the zip file ({error}); ask for it again") from None

    return content


def _with_zips(download: Download, zone: Zone) -> Download:
    """The download with the files of the students' zip files in place of these.

    Times inside are those of a student's computer; the time of the zip file itself counts.
    """
    whole = Download(left_out=dict(download.left_out))
    zips = {file.path: file for file in download.files}

    @lru_cache(maxsize=1)  # the last one is open, so that not all are in memory
    def archive(path: PurePosixPath) -> zipfile.ZipFile:
        return zipfile.ZipFile(BytesIO(zips[path].content()))

    for file in download.files:
        if not file.path.name.casefold().endswith(".zip"):
            whole.files.append(file)
            continue
        try:
            inner = _unzipped(file, partial(archive, file.path), zone)
        except Unreadable as error:
            whole.left_out[shown(Path(file.path))] = str(error)
        else:
            whole.files += [replace(one, when=file.when) for one in inner.files]
            whole.left_out |= inner.left_out
    return whole


def _unzipped(file: File, archive: Callable[[], zipfile.ZipFile], zone: Zone) -> Download:
    try:
        entries = archive().infolist()
    except DAMAGED:
        raise Unreadable("no zip file, or a damaged one; ask for it again") from None
    total = sum(info.file_size for info in entries)
    found = _of_zip(archive, file.path, zone)
    if len(entries) > MOST_IN_ZIP or total > MOST_BYTES_IN_ZIP:  # such as the whole course
        found.files = [one for one in found.files if one.path.name.casefold().endswith(".ipynb")]
        large = f"a zip file with {len(entries):,} files, {total / (1 << 20):,.0f} MB when unpacked"
        if not 0 < len(found.files) <= MOST_NOTEBOOKS:
            raise Unreadable(
                f"{large} ({MOST_IN_ZIP:,} and {MOST_BYTES_IN_ZIP >> 20} MB at most), and "
                f"{len(found.files)} notebooks; ask for the notebook"
            )
        found.left_out = {shown(Path(file.path)): f"{large}: only its notebooks are read"}
    for inner in [one for one in found.files if one.path.name.casefold().endswith(".zip")]:
        found.files.remove(inner)
        found.left_out[shown(Path(inner.path))] = "a zip file in a zip file; unpack it by hand"
    return found


def _filename(info: zipfile.ZipInfo) -> str:
    """An entry's name; macOS writes UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _named(name: str) -> str:
    """A path with one code for each letter, as macOS does not write it, and usual spaces."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/"))
    return "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)


def _why_not_unpacked(info: zipfile.ZipInfo, name: str, parts: list[str]) -> str:
    mode = info.external_attr >> 16
    if ".." in parts or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "its path leads out of the folder"
    if stat.S_ISLNK(mode):
        return "a link, and links are not followed"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "no plain file"
    if info.flag_bits & 0x1:
        return "it needs a password; unpack it by hand"
    if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return f"packed more than {MOST_RATIO} times, as no notebook is; ask for the file itself"
    return ""


def _why_left_out(path: str, size: int) -> str:
    if size > LARGEST:
        return f"larger than {LARGEST >> 20} MB; ask for it without outputs"
    if not path.isprintable():
        return "its name has characters that cannot be shown; rename it"
    sizes = [len(part.encode("utf-8")) for part in path.split("/")]
    if max(sizes) > LONGEST_NAME or sum(sizes) > LONGEST_PATH:
        return "its name is too long; rename it"
    return ""


def _when(info: zipfile.ZipInfo, zone: Zone) -> datetime | None:
    """The time that a zip file notes: exactly where a program wrote that, else in local time."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        data, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == 0x5455 and len(data) >= 5 and data[0] & 1:
            return datetime.fromtimestamp(int.from_bytes(data[1:5], "little", signed=True), UTC)
    if info.date_time == EARLIEST:
        return None
    try:
        return zone.moment_in_order(datetime(*info.date_time))
    except (ValueError, OverflowError):
        return None
