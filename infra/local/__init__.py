"""The cloud in a box: what `make run` starts beside the product. Imports nothing of `app`."""
