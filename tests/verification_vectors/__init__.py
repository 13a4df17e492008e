"""Evidence with the verdict that both verifiers must reach, code by code: tests/vectors/verification/*.json.

Run `python -m tests.verification_vectors` after a deliberate change; a test regenerates and compares.
"""
