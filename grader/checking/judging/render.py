"""A verdict as students read it: plain text, and HTML for light and dark pages.

Symbols and words carry the meaning, colour only supports it. Everything that came out of a
student's process is escaped; the HTML holds no script, link or style sheet.
"""

from html import escape
from typing import Any

import numpy as np

from grader.checking.contract.properties import GROUP
from grader.checking.contract.run_source import EARLIER
from grader.checking.judging.judge import Finding, Verdict
from grader.checking.language import _

GREEN, ORANGE = "#1a7f37", "#b35900"
HOLDS, WRONG, OPEN = "✓", "✗", "?"
BOX = "border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;line-height:1.45"
SHOWN_ARRAY = 24


def number(value: float) -> str:
    """Points without trailing zeros: 2, 0.75."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def headline(verdict: Verdict) -> str:
    name, of = verdict.name, number(verdict.points)
    if verdict.status == "not written":
        if lower := _lower(verdict):
            return _("{name}: calls {lower}, which is not written yet (0 of {of} points)").format(
                name=name, lower=lower, of=of
            )
        return _("{name}: not written yet (0 of {of} points)").format(name=name, of=of)
    score = number(verdict.score)
    if verdict.status == "complete":
        return _("{name}: all checks pass ({score} of {of} points)").format(
            name=name, score=score, of=of
        )
    return _("{name}: {score} of {of} points").format(name=name, score=score, of=of)


def _lower(verdict: Verdict) -> str:
    """Name of a function that this one calls and that is not written yet."""
    function = verdict.failure.function if verdict.failure else ""
    own = verdict.name in function.split(".") or not function.isidentifier()
    return "" if own else function


def where_is(finding: Finding) -> str:
    """On which case a property does not hold, and what the function gave there."""
    if not finding.problem:
        return finding.open or finding.measured
    return _("in the case “{about}”: {problem}").format(
        about=finding.about, problem=finding.problem
    )


def _lines(verdict: Verdict) -> list[tuple[str, str, str]]:
    """(mark, title with its cost, problem); a repeated problem is reported once."""
    lines: list[tuple[str, str, str]] = []
    told: dict[str, str] = {}
    above = ""
    first = next(iter(verdict.findings), None)
    if (
        first
        and first.problem
        and len({f.problem for f in verdict.findings}) == 1 < len(verdict.findings)
    ):
        title = _("none of the {n} properties could be tested").format(n=len(verdict.findings))
        return [(WRONG, title, where_is(first))]
    for finding in verdict.findings:
        title, lost = finding.title, finding.points - finding.earned
        if finding.holds and not finding.earned:
            title += _(" (earns points once some values are right)")
        elif lost:
            title += _(" (costs {points} points)").format(points=number(lost))
        problem = where = where_is(finding)
        if finding.open:
            pass  # short, and not the fault of this line
        elif where and where == above:
            problem = _("for the same reason")
        elif where in told:
            problem = _("for the same reason as “{title}”").format(title=told[where])
        elif where:
            told[where] = finding.title
        above = "" if finding.open else where or above
        mark = HOLDS if finding.holds else WRONG if finding.problem else OPEN
        lines.append((mark, title, problem))
    return lines


def _smallest(verdict: Verdict) -> list[str]:
    """The inputs of the first failing case, as far as they are small enough to read."""
    finding: Finding | None = next((f for f in verdict.findings if f.problem), None)
    if finding is None or finding.case is None:
        return []
    return [
        f"{name} = {text}"
        for name, value in finding.case.items()
        if name not in ("about", GROUP, EARLIER) and (text := _shown(value))
    ]


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.size > SHOWN_ARRAY:
            return ""
        return np.array2string(value, precision=3, separator=", ", suppress_small=True)
    text = repr(value)
    return text if len(text) <= 120 else ""


def _where(verdict: Verdict) -> str:
    failure = verdict.failure
    if failure is None or not failure.line or not failure.source or verdict.status == "not written":
        return ""
    return _("line {line} of {function}: {source}").format(
        line=failure.line, function=failure.function, source=failure.source
    )


def _values_are_wrong(verdict: Verdict) -> bool:
    """Whether the steps of help are shown; errors and form problems explain themselves."""
    return any(f.problem and f.alone and not f.raised for f in verdict.findings)


def _not_written(verdict: Verdict) -> str:
    """What to do; the message of the library's stand-in comes first if that was called."""
    message = verdict.failure.message if verdict.failure else ""
    aside = f"{message}. " if "yourself" in message else ""
    if _lower(verdict):
        return aside + _(
            "Write that function first, run its cell, then run the cells below it again."
        )
    return aside + _(
        "Write the function in the cell above, run that cell, then run this one again. You may "
        "try as often as you like."
    )


def render_text(verdict: Verdict) -> str:
    """The report as plain text."""
    lines = [headline(verdict)]
    if verdict.status == "not written":
        return "\n".join([*lines, "  " + _not_written(verdict)])
    for mark, title, problem in _lines(verdict):
        lines.append(f"  {mark} {title}")
        lines += [f"      {line}" for line in problem.splitlines()]
    if where := _where(verdict):
        lines.append(f"    {where}")
    lines += ["  " + _("Hint: {hint}").format(hint=hint) for hint in verdict.hints]
    if not verdict.hints and verdict.ladder and _values_are_wrong(verdict):
        lines.append("  " + _("Hint: {hint}").format(hint=verdict.ladder[0]))
    lines += ["  " + _("Advice: {advice}").format(advice=advice) for advice in verdict.advice]
    return "\n".join(lines)


def render_html(verdict: Verdict) -> str:
    """The report as one self-contained HTML element."""
    good = verdict.status == "complete"
    symbol = "✓" if good else "…" if verdict.status == "not written" else "✗"
    parts = [f"<strong>{symbol} {escape(headline(verdict))}</strong>"]
    if verdict.status == "not written":
        parts.append(f"<div>{escape(_not_written(verdict))}</div>")
    else:
        parts.append(_properties(verdict))
    parts += [
        f"<p style='margin:.4em 0'><strong>{escape(_('Hint'))}</strong> {marked(hint)}</p>"
        for hint in verdict.hints
    ]
    if verdict.status in ("partial", "wrong"):
        parts += _folded_parts(verdict)
    parts += [
        f"<p style='margin:.4em 0'><em>{escape(_('Advice'))}</em> {marked(a)}</p>"
        for a in verdict.advice
    ]
    style = BOX.format(colour=GREEN if good else ORANGE)
    kind = f"check-report tex2jax_ignore {escape(verdict.status)}"
    return f"<div class='{kind}' style='{style}'>{''.join(parts)}</div>"


def _properties(verdict: Verdict) -> str:
    items = []
    for mark, title, problem in _lines(verdict):
        colour = GREEN if mark == HOLDS else ORANGE
        text = f"<span style='color:{colour}'>{mark}</span> {escape(title)}"
        if problem:
            text += f"<div style='margin-left:1.4em'>{marked(problem)}</div>"
        items.append(f"<li style='list-style-type:none'>{text}</li>")
    where = _where(verdict)
    if where:
        items.append(f"<li style='list-style-type:none'><code>{escape(where)}</code></li>")
    return f"<ul style='padding-left:.2em;margin:.3em 0'>{''.join(items)}</ul>"


def _folded_parts(verdict: Verdict) -> list[str]:
    parts = []
    if inputs := _smallest(verdict):
        body = f"<pre style='margin:.3em 0'>{escape(chr(10).join(inputs))}</pre>"
        parts.append(_folded(_("The smallest input that fails"), body))
    ladder = verdict.ladder if _values_are_wrong(verdict) else ()
    for i, hint in enumerate(ladder, start=1):
        parts.append(_folded(_("Help, step {i}").format(i=i), f"<div>{marked(hint)}</div>"))
    if verdict.warned or verdict.printed:
        said = "\n".join([*verdict.warned, verdict.printed]).strip()
        body = f"<pre style='margin:.3em 0'>{escape(said)}</pre>"
        parts.append(_folded(_("What your function printed, and NumPy's warnings"), body))
    return parts


def _folded(summary: str, body: str) -> str:
    # Old style sheets remove the triangle that shows that the element unfolds.
    shown = f"<summary style='display:list-item'>{escape(summary)}</summary>"
    return f"<details>{shown}{body}</details>"


def marked(text: str) -> str:
    """Escaped text in which `backticks` are code and line breaks are kept."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text).replace("\n", "<br>")
    marked = "".join(p if i % 2 == 0 else f"<code>{p}</code>" for i, p in enumerate(pieces))
    return marked.replace("\n", "<br>")
