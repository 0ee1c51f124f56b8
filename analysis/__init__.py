"""Studies of worlds: compose them, run them, compare, store and show. ``sim`` never imports this package."""
