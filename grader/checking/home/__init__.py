"""What runs where students work: checks, guesses, best scores, the check before handing in."""
