"""Calls, agents and the board, the register and the directory in DynamoDB's three tables.

Live state goes beneath pynamodb's models, which can give no transaction a token of ours and cannot
tell a lost answer from a lost race (W3); the register and the directory are models.
"""

from app.adapters.dynamodb.directory import DynamoDirectory
from app.adapters.dynamodb.register import DynamoRegister
from app.adapters.dynamodb.switch import DynamoAgents, DynamoBoard, DynamoCalls

__all__ = ["DynamoAgents", "DynamoBoard", "DynamoCalls", "DynamoDirectory", "DynamoRegister"]
