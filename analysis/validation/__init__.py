"""The model's own proof: checks against formulas, published patterns and data, run by ``ecrm validate``.

A check is one function with a decorator, in a module named ``closed_forms*``, ``patterns_*`` or ``data*``, by which it
is found. ``check`` says what a check is, ``lab`` what it works with.
"""
