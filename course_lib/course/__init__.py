"""What notebooks use beside the library: moving figures, a clinic of trainings, the browser."""
