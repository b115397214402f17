"""Timers as delayed messages of the queues, and their receiving end."""

from app.adapters.sqs.timers import SqsTimers

__all__ = ["SqsTimers"]
