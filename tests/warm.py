"""Compile the model once, before many processes would each do it: ``python -m tests.warm``.

Small worlds of both kinds are lived, with the mind's core and with all of its parts; what was compiled is kept. Tests
need none of this: without it the first ones wait, each for its own compiler.
"""

import sys

from sim.market import Market
from tests.golden.runs import SERVED
from tests.sim.tiny import over, repertoire, subscription, whole_mind

KINDS = {"subscription": subscription, "repertoire": repertoire}

if __name__ == "__main__":
    for kind in sys.argv[1:] or KINDS:
        for mind in ({}, whole_mind()):
            market = Market(KINDS[kind](**over(SERVED, mind)))
            market.run()
            market.persons()
            market.outcomes()
