"""The further parts of the mind: trust, privacy, word of mouth, ... Each can be switched off, and is one file."""
