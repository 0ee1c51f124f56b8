"""What people read: one self-contained page a study, and its table on the terminal."""
