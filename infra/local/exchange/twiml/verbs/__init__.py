"""One module a verb: how it begins, what it does with keys, how it is interrupted."""
