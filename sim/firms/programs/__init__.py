"""Retention programs, one file each; adding a file adds a program."""
