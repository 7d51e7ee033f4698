"""Every notebook in every environment that the course supports: ``python -m tests.environments``.

The command writes docs/environments.md. It takes hours for everything; results are kept in
build/environments and are measured again when a notebook or its environment has changed.
"""
