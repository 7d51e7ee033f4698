"""Ctrl-C is not lost, wherever Python is when it arrives."""

import signal

import pytest

from grader.interrupts import kept_interrupts

pytestmark = pytest.mark.usefixtures("as_in_a_terminal")


class RaisesWhenDeleted:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_what_a_deletion_would_lose_is_raised_at_the_next_question() -> None:
    with kept_interrupts() as raise_if_interrupted:
        raise_if_interrupted()
        thing = RaisesWhenDeleted()
        del thing
        with pytest.raises(KeyboardInterrupt):
            raise_if_interrupted()


def test_it_raises_at_once_and_leaves_the_handler_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), kept_interrupts():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_where_ctrl_c_is_ignored_it_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with kept_interrupts() as raise_if_interrupted:
        signal.raise_signal(signal.SIGINT)
        raise_if_interrupted()
