"""A small course of its own, so that no test touches the real class."""

from tests.classroom.conftest import course as course
