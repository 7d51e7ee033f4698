"""Jobs side by side, through Dask: on this machine's cores, or on the workers of a cluster.

On this machine, scheduler and worker live in the command's own process, and their threads wait for
one process with limits each. So nothing can be reached from outside of the process. That matters,
because anyone who reaches a scheduler's port can run code as the grader.
"""

from __future__ import annotations

import logging
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

import dask
from dask.system import CPU_COUNT
from distributed import (
    CancelledError,
    Client,
    Future,
    KilledWorker,
    Scheduler,
    Security,
    SpecCluster,
    Worker,
    as_completed,
)
from distributed.comm.core import connect
from distributed.utils import LoopRunner, silence_logging_cmgr

from grader.grading.process.dask_worker import LimitedProcesses, WrongWorker, in_process, made_from
from grader.grading.process.fault import GraderFault, NotDone, described
from grader.problems import Problem

ALL_CORES = CPU_COUNT
CONNECT_SECONDS = 5
LOOPBACK = "127.0.0.1:0"
OURS = {
    "distributed.worker.profile.enabled": False,
    # A worker and a scheduler always open a port for web pages. Ours have no page.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True)
class Job(Generic[K]):
    """What a worker shall do: ``function(process, *arguments)``, ``process`` a limited one."""

    key: K
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Jobs:
    """Workers that are ready.

    Attributes
    ----------
    threads : of all workers: so many jobs are done at once
    """

    client: Client
    plugin: str
    threads: int

    def done(self, jobs: Iterable[Job[K]]) -> Iterator[tuple[K, Callable[[], Any]]]:
        """Each job's key, and a call that gives its result, in the order in which they end.

        ``jobs`` are asked for as workers need them: two for each thread, so that a worker has the
        next one while the last result is recorded. What they hold in memory does not grow with
        their number.

        The call raises NotDone if the job raised it or the workers died that had it, Problem if no
        worker can do anything, and GraderFault if the job raised anything else.
        """
        waiting, ended, keys = iter(jobs), as_completed(loop=self.client.loop), dict[Any, K]()

        def hand_out(most: int) -> None:
            for job in islice(waiting, most):
                words = (self.plugin, job.function, *job.arguments)
                future = self.client.submit(in_process, *words, pure=False)
                keys[future.key] = job.key
                ended.add(future)

        hand_out(2 * self.threads)
        for future in ended:
            hand_out(1)
            yield keys.pop(future.key), partial(_result, future)


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except KilledWorker as error:
        tried = error.allowed_failures + 1
        raise NotDone(f"not done, because the worker died that did it (tries: {tried})") from None
    except CancelledError:
        raise Problem(
            "the connection to the cluster's scheduler was lost; what was recorded before is kept, "
            "and the same command goes on with the others"
        ) from None
    except WrongWorker as error:
        raise Problem(str(error)) from None
    except (NotDone, GraderFault):
        raise
    except Exception as error:  # submissions are handled in processes of their own
        raise GraderFault(described(error)) from error


@contextmanager
def workers(number: int, cluster: str, course: Path, classroom: Path) -> Iterator[Jobs]:
    """Workers for a class.

    Parameters
    ----------
    number : of jobs at once, on this machine
    cluster : address of a Dask scheduler whose workers are used instead; "" for none
    course, classroom : folders that every worker must reach at the same path

    Raises
    ------
    Problem
        The cluster cannot be reached, has no workers, or one that is not fit.
    """
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="grading-"))
        stack.enter_context(dask.config.set({**OURS, "temporary-directory": scratch}))
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        if cluster:
            client = stack.enter_context(_connected(cluster))
        else:
            client = stack.enter_context(_local(number))
        threads = sum(client.nthreads().values())
        if not threads:
            raise Problem(
                f"the cluster {cluster} has no workers; start some: dask worker {cluster}"
            )
        plugin = LimitedProcesses(course, classroom, made_from(course, classroom))
        name = f"grading-{uuid.uuid4()}"
        stack.callback(_forget, client, name)
        try:
            client.register_plugin(plugin, name=name)
        except WrongWorker as error:
            raise Problem(str(error)) from None
        except Exception as error:
            raise Problem(
                f"a worker of {cluster} cannot load the grader ({type(error).__name__}: {error}); "
                "install this version of the course there"
            ) from None
        yield Jobs(client, name, threads)


@contextmanager
def _local(number: int) -> Iterator[Client]:
    node: dict[str, Any] = {
        "protocol": "inproc://",
        "dashboard": False,
        "dashboard_address": LOOPBACK,  # the port is opened even so
    }
    worker = {**node, "nthreads": number, "memory_limit": 0}
    with (
        SpecCluster(
            scheduler={"cls": Scheduler, "options": node},
            workers={0: {"cls": Worker, "options": worker}},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@contextmanager
def _connected(cluster: str) -> Iterator[Client]:
    try:  # first without a client, because that would go on trying
        LoopRunner(asynchronous=False).run_sync(_reach, cluster)
        client = Client(cluster, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:
        words = " ".join(str(error).split())
        raise Problem(
            f"no Dask scheduler answers at {cluster} ({type(error).__name__}: {words}). An address "
            "looks like tcp://host:8786; for tls://host:8786, Dask's configuration names the "
            "certificates"
        ) from None
    with client:
        yield client


async def _reach(cluster: str) -> None:
    arguments = Security().get_connection_args("client")
    comm = await connect(cluster, timeout=CONNECT_SECONDS, **arguments)
    await comm.close()


def _forget(client: Client, plugin: str) -> None:
    """End the workers' processes with limits, whatever they are doing."""
    with suppress(Exception):  # the connection may be lost
        client.unregister_worker_plugin(plugin)
