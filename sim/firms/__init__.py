"""Firms: levers, strategies, retention programs, books."""
