"""TwiML: the strict reader, the interpreter, and one small module a verb."""
