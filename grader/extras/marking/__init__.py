"""Marking the answers that a person reads: a page on this computer, all answers to a question.

``questions`` says what is asked, ``answers`` what students wrote, ``given`` what the gradebook
holds and how it is changed. ``session`` has all of that for one call of the command, ``page`` draws
it, and ``server`` answers the browser.
"""
