"""Dropout and DropConnect."""
