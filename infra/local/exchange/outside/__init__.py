"""Outside telephones that act by themselves, as the customer declares them."""
