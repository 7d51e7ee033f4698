"""What runs where a student's code runs, and the wall around it."""
