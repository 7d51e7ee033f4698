"""Stands for the module that every Colab kernel has loaded."""
