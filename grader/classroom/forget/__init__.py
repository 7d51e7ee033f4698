"""Delete one student everywhere in the class."""
