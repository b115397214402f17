"""Everything around the product: the cloud it is deployed to and the box it runs in locally."""
