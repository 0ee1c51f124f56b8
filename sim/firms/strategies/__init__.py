"""Strategies, one file each; adding a file adds a strategy."""
