"""Real households' choices of brands, held against the model's own rule of habit.

- ``scanner``: the panels, read from the package that carries them; households in two halves
- ``choice``: the logit with habit, its likelihood and its fit
- ``forward``: choices of households lived forward
- ``held_out``: fit one half, foretell the other, compare
"""
