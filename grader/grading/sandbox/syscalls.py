"""A filter of system calls for the notebook process, as bubblewrap's ``--seccomp`` takes it.

The namespaces are the wall; this closes what they leave open: memory that belongs to no process
and so escapes every limit, orphans that belong to nobody, new namespaces inside (a kernel's largest
surface for attacks), sockets that are not bound to a network namespace, and interfaces that no
notebook needs.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Iterable

# Name: number on x86_64, number on aarch64.
FORBIDDEN = {
    "memfd_create": (319, 279),  # memory that no limit counts
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "unshare": (272, 97),  # new namespaces
    "setns": (308, 268),
    "ptrace": (101, 117),  # looking into other processes
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),  # nothing that a notebook needs, much that has been attacked
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "open_by_handle_at": (304, 265),
}
CLONE, CLONE3, SOCKET, PRCTL = (56, 220), (435, 435), (41, 198), (157, 167)
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: who adopts orphans
NEW_NAMESPACES = (
    0x7E020080  # CLONE_NEWUSER, NEWNS, NEWPID, NEWNET, NEWIPC, NEWUTS, NEWCGROUP, NEWTIME
)
FAMILIES = (1, 2, 10, 16)  # unix, inet, inet6, netlink: all of them end at the namespace
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column, AUDIT_ARCH

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, ERROR = 0x7FFF0000, 0x00050000
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
X32 = 0x40000000  # a second way to call everything, on x86_64

Instruction = tuple[int, int, int, int]


def syscall_filter(machine: str = platform.machine(), families: Iterable[int] = FAMILIES) -> bytes:
    """The filter as BPF instructions; empty where the machine's numbers are not known.

    Parameters
    ----------
    families : of sockets that may be opened
    """
    if machine not in MACHINES:
        return b""
    column, architecture = MACHINES[machine]
    program: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        *_unless(EQUAL, architecture, EPERM),
        (LOAD, 0, 0, NUMBER),
    ]
    if machine == "x86_64":
        program += _when(AT_LEAST, X32, EPERM)
    for numbers in FORBIDDEN.values():
        program += _when(EQUAL, numbers[column], EPERM)
    program += _when(EQUAL, CLONE3[column], ENOSYS)  # the C library then uses clone
    namespaces = [(LOAD, 0, 0, FIRST_ARGUMENT), *_when(ANY_BIT, NEW_NAMESPACES, EPERM), _ret(ALLOW)]
    program += [(EQUAL, 0, len(namespaces), CLONE[column]), *namespaces]
    orphans = [(LOAD, 0, 0, FIRST_ARGUMENT), *_when(EQUAL, SUBREAPER, EPERM), _ret(ALLOW)]
    program += [(EQUAL, 0, len(orphans), PRCTL[column]), *orphans]
    sockets: list[Instruction] = [(LOAD, 0, 0, FIRST_ARGUMENT)]
    for family in families:
        sockets += [(EQUAL, 0, 1, family), _ret(ALLOW)]
    sockets.append(_ret(ERROR | EAFNOSUPPORT))
    program += [(EQUAL, 0, len(sockets), SOCKET[column]), *sockets]
    program.append(_ret(ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _ret(value: int) -> Instruction:
    return (RETURN, 0, 0, value)


def _when(test: int, value: int, error: int) -> list[Instruction]:
    return [(test, 0, 1, value), _ret(ERROR | error)]


def _unless(test: int, value: int, error: int) -> list[Instruction]:
    return [(test, 1, 0, value), _ret(ERROR | error)]
