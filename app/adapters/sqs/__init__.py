"""Timers as delayed messages of one queue, and their receiving end."""

from app.adapters.sqs.timers import SqsTimers

__all__ = ["SqsTimers"]
