"""Rules for a notebook's source: those that the build needs, and those of the course.

``grader.authoring.rules`` raises where a source cannot become a notebook. ``run.lint`` lists what
else is to repair; docs/authoring.md says the same in prose.
"""
