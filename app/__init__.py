"""Switchroom, a serverless cloud PBX. The tree is the architecture: see docs/theory.md."""
