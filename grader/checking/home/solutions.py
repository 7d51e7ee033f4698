"""In self-study: the solution of a function or a question, after an attempt of one's own."""

import dis
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from grader.checking.home.local_store import note_tried, read
from grader.checking.home.notebook_file import written_answers
from grader.checking.home.self_study import here, is_attempt, model_answer, solution_of
from grader.checking.home.show import show
from grader.checking.judging.judge import Verdict
from grader.checking.report.blocks import Block, Code, Fold, Report, Text
from grader.checking.report.of_choice import in_words

_asked: set[str] = set()  # questions whose answers could not be seen when they were asked for


def after_attempt(
    report: Report, verdict: Verdict, functions: Sequence[Callable[..., Any]]
) -> Report:
    """The report, in self-study with a solution at its end once something of one's own was tested.

    Not the untouched cell, a function of the library, or one that looks at none of its arguments.
    """
    solution = solution_of(verdict.name)
    if not solution or not verdict.findings or not _uses_an_argument(functions[-1]):
        return report
    note_tried(verdict.name)
    call = Text(f'To read a solution: `show_solution("{verdict.name}")`')
    fold = Fold("Show a solution", (Code(solution),), in_text=(call,))
    return replace(report, blocks=(*report.blocks, fold))


def _uses_an_argument(function: Callable[..., Any]) -> bool:
    code = getattr(function, "__code__", None)
    if code is None:  # a class
        return True
    flags = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)  # *args, **kwargs
    arguments = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + flags])
    for step in dis.get_instructions(code):
        named = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        if arguments.intersection(name for name in named if isinstance(name, str)):
            return True
    return not arguments


def answers_beside(written: dict[str, str]) -> tuple[Block, ...]:
    """The model answers to the questions that the notebook holds an answer to."""
    return tuple(
        Fold(
            f"Compare with a model answer: {in_words(question)}",
            (Text(model_answer(question)),),
            in_text=(Text(f'To read it: `show_solution("{question}")`'),),
        )
        for question, text in written.items()
        if model_answer(question) and is_attempt(text)
    )


def show_solution(name: str) -> None:
    """In self-study: show the solution of a function or written question that you have tried.

    Parameters
    ----------
    name : of the function, as in its ``check(...)``, or of the question, as ``progress`` has it
    """
    name = name.strip().replace(" ", "_")
    function, answer = solution_of(name), model_answer(name)
    if not here():
        words = "Solutions are not part of this copy of the course."
        show(Report("waiting", "", "", "No solution here", (Text(words),)))
    elif function and name in read().tried:
        show(Report("news", f"`{name}`", "", "a solution", (Code(function),)))
    elif function:
        words = "Write the function and run its check. The solution is here after that."
        show(Report("waiting", f"`{name}`", "", "not tried yet", (Text(words),)))
    elif answer:
        show(_answer(name, answer))
    else:
        words = "Name a function with a check, or a question to answer in words."
        show(Report("wrong", f"`{name}`", "", "no solution of that name", (Text(words),)))


def _answer(question: str, answer: str) -> Report:
    """The model answer, if the notebook holds one of the student's."""
    name = f"Question “{in_words(question)}”"
    written = written_answers()
    if is_attempt(written.get(question, "")) or (question not in written and question in _asked):
        return Report("news", name, "", "a model answer", (Text(answer),))
    words = "Write a few sentences into its cell and save the notebook. Then run this again."
    if question not in written:
        _asked.add(question)
        words = (
            "The notebook file cannot be read from here, so nothing tells whether you have "
            "answered. Write a few sentences first. Then run this again."
        )
    return Report("waiting", name, "", "not answered yet", (Text(words),))
