"""The filter of system calls, run here as the kernel would run it, and in a notebook process."""

import ctypes
import ctypes.util
import struct

import pytest

from grader.grading.sandbox import syscalls
from grader.grading.submission.notebook_session import NotebookSession
from tests.grading.conftest import succeeded

ALLOWED = syscalls.ALLOW
NUMBERS = {"x86_64": 0, "aarch64": 1}


def decided(machine: str, number: int, argument: int = 0, architecture: int | None = None) -> int:
    """What the filter returns for a call."""
    program = [
        struct.unpack_from("=HBBI", syscalls.syscall_filter(machine), at)
        for at in range(0, len(syscalls.syscall_filter(machine)), 8)
    ]
    architecture = syscalls.MACHINES[machine][1] if architecture is None else architecture
    data = struct.pack("=iIQQ", number, architecture, 0, argument)
    value, at = 0, 0
    while True:
        code, yes, no, constant = program[at]
        at += 1
        if code == syscalls.LOAD:
            (value,) = struct.unpack_from("=I", data, constant)
        elif code == syscalls.RETURN:
            return constant
        else:
            holds = {
                syscalls.EQUAL: value == constant,
                syscalls.AT_LEAST: value >= constant,
                syscalls.ANY_BIT: bool(value & constant),
            }[code]
            at += yes if holds else no


@pytest.mark.parametrize("machine", NUMBERS)
def test_what_is_forbidden_is_refused_and_nothing_else(machine: str) -> None:
    column = NUMBERS[machine]
    forbidden = {numbers[column] for numbers in syscalls.FORBIDDEN.values()}
    special = {n[column] for n in (syscalls.CLONE, syscalls.CLONE3, syscalls.SOCKET)}
    assert not forbidden & special
    for number in set(range(500)) - special:
        assert (decided(machine, number) == ALLOWED) == (number not in forbidden), number


@pytest.mark.parametrize("machine", NUMBERS)
def test_processes_and_threads_but_no_namespaces(machine: str) -> None:
    clone = syscalls.CLONE[NUMBERS[machine]]
    fork, thread = 0x01200011, 0x003D0F00
    assert decided(machine, clone, fork) == decided(machine, clone, thread) == ALLOWED
    for flag in (0x10000000, 0x20000000, 0x40000000, 0x00020000, 0x02000000, 0x08000000, 0x80):
        assert decided(machine, clone, fork | flag) != ALLOWED
    assert decided(machine, syscalls.CLONE3[0]) == syscalls.ERROR | syscalls.ENOSYS


@pytest.mark.parametrize("machine", NUMBERS)
def test_sockets_that_end_at_the_namespace_only(machine: str) -> None:
    socket = syscalls.SOCKET[NUMBERS[machine]]
    allowed = {family for family in range(50) if decided(machine, socket, family) == ALLOWED}
    assert allowed == {1, 2, 10, 16}


@pytest.mark.parametrize("machine", NUMBERS)
def test_who_adopts_orphans_stays(machine: str) -> None:
    prctl = syscalls.PRCTL[NUMBERS[machine]]
    assert decided(machine, prctl, 36) != ALLOWED
    assert all(decided(machine, prctl, option) == ALLOWED for option in range(100) if option != 36)


@pytest.mark.parametrize("machine", NUMBERS)
def test_no_second_door(machine: str) -> None:
    assert decided(machine, 1, architecture=0x40000003) != ALLOWED  # 32 bit
    assert machine != "x86_64" or decided(machine, 0x40000001) != ALLOWED


@pytest.mark.skipif(ctypes.util.find_library("seccomp") is None, reason="needs libseccomp")
@pytest.mark.parametrize("machine", NUMBERS)
def test_the_numbers_are_those_of_libseccomp(machine: str) -> None:
    number_of = ctypes.CDLL(ctypes.util.find_library("seccomp")).seccomp_syscall_resolve_name_arch
    number_of.argtypes = (ctypes.c_uint32, ctypes.c_char_p)
    column, architecture = syscalls.MACHINES[machine]
    known = syscalls.FORBIDDEN | {
        "clone": syscalls.CLONE,
        "clone3": syscalls.CLONE3,
        "socket": syscalls.SOCKET,
        "prctl": syscalls.PRCTL,
    }
    theirs = {name: number_of(architecture, name.encode()) for name in known}
    unknown = {name for name, number in theirs.items() if number == -1}  # newer than the library
    assert unknown <= {"memfd_secret"}
    assert not {n for n in known if n not in unknown and theirs[n] != known[n][column]}


def test_an_unknown_machine_has_no_filter() -> None:
    assert syscalls.syscall_filter("riscv64") == b""


@pytest.mark.sandbox
def test_a_notebook_process_has_it_and_works(isolated: NotebookSession) -> None:
    source = (
        "import os, socket, subprocess, threading\n"
        "threading.Thread(target=print).start()\nsubprocess.run(['true'], check=True)\n"
        "a, b = socket.socketpair()\nfailed = []\n"
        "for act in (lambda: os.memfd_create('x'), lambda: socket.socket(40), \n"
        "            lambda: open('/proc/1/mem', 'rb')):\n"
        "    try: act()\n    except OSError as error: failed.append(error.errno)"
    )
    assert succeeded(isolated.run(source, 20))
    assert isolated.value("failed", 20)[:2] == [syscalls.EPERM, syscalls.EAFNOSUPPORT]
