"""The TwiML verbs, one module each: how it begins, what a key does, how it is interrupted."""
