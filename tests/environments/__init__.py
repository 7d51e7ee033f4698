"""Every notebook in every environment that the course supports: ``python -m tests.environments``.

The command writes docs/environments.md. It takes hours for everything. Results are kept in
results.json beside it; a notebook is run again when its environment or code that it runs has
changed (tests/environments/executed.py).
"""
