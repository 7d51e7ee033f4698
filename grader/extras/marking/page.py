"""The page on which a question is marked, and the rules that keep it harmless."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from grader.classroom.page_style import templates
from grader.classroom.roster import NO_GROUPS
from grader.extras.marking.session import Session, earlier_comments, marked, waiting
from grader.grading.submission.sanitize import rendered_text


def page_of(session: Session, number: int, marker: str = "") -> str:
    """The page of a question, with what the gradebook holds now.

    Parameters
    ----------
    marker : whose page it is; "" where one marks alone
    """
    question, given = session.questions[number], session.given(number)
    return (
        templates(__package__)
        .get_template("marking.html")
        .render(
            session=session,
            marker=marker,
            question=question,
            number=number,
            answers=list(zip(session.answers[number], given, strict=True)),
            counts=[session.counts(n) for n in range(len(session.questions))],
            marked=marked,
            waiting=waiting,
            comments=earlier_comments(given),
            no_groups=NO_GROUPS,
            rendered=lambda text: Markup(rendered_text(text)),
            script=Markup(script()),
        )
    )


def script() -> str:
    return templates(__package__).get_template("marking.js").render()


def policy() -> str:
    """What the page may load and run: its own script and style, and pictures that it holds."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
