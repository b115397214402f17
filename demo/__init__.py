"""The demo company's sounds, and what makes them."""
