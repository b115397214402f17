"""The console's interfaces, implemented on the services: where views meet the domain."""
