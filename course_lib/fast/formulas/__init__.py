"""Faster versions that state a formula of the course once more.

Students write these formulas themselves. So where their work is graded this folder does not exist,
and the definitions compute.
"""
