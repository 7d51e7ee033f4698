"""When a mark is out of date: what it was made from has changed."""
