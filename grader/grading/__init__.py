"""Execute a submission in a sandbox and judge its functions outside of it."""
