"""The report on a verdict, as students read it."""

from grader.checking.judging.judge import Verdict
from grader.checking.report.as_html import as_html
from grader.checking.report.as_text import as_text
from grader.checking.report.of_verdict import report_on


def text_of(verdict: Verdict) -> str:
    return as_text(report_on(verdict))


def html_of(verdict: Verdict) -> str:
    return as_html(report_on(verdict))
