"""What students read: one form of report for checks, questions, guesses, points and handing in."""
