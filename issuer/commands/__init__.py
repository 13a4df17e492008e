"""One verb, one file, one command. A command reads inputs, calls nouns and returns a Result; issuer.cli prints it."""
