"""The company's file, `switchroom.yaml`: read, checked as a whole, and made a plan of.

What is wrong is said all at once, each with its line and what to write instead.
"""

from app.adapters.plan.company import Company, read_company
from app.adapters.plan.files import Sound
from app.adapters.plan.problems import PlanError, Problem

__all__ = ["Company", "PlanError", "Problem", "Sound", "read_company"]
