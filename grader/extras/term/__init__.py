"""The class over the whole term: all graded problem sets together."""
