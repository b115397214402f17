"""Switchroom: a serverless cloud PBX. Layers: entrypoints, bootstrap, config, adapters, service, domain."""
