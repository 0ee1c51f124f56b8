"""How fast the program is. Run them with ``make bench``; tests never measure time."""
