"""Every notebook in every environment that the course supports; noxfile.py has the sessions."""
