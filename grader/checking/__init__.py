"""What students call in a notebook. Needs NumPy alone (IPython if present)."""

from grader.checking.home.check import check, check_choice, ready
from grader.checking.home.contest import contest
from grader.checking.home.guess import guess, reveal, revealed
from grader.checking.home.keep import keep
from grader.checking.home.mine import mine
from grader.checking.home.progress import progress, setup_done
from grader.checking.home.solutions import show_solution
from grader.checking.home.start_over import start_over
from grader.checking.home.submit import submit_check

__all__ = [
    "check",
    "check_choice",
    "contest",
    "guess",
    "keep",
    "mine",
    "progress",
    "ready",
    "reveal",
    "revealed",
    "setup_done",
    "show_solution",
    "start_over",
    "submit_check",
]
