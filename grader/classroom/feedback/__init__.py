"""The pages that students get: what they say, and how they are rendered."""
