"""Calls, agents, the board and leases, the register and the directory in DynamoDB's three tables.

Live state uses the client itself: pynamodb's models cannot set a transaction's request token, nor
tell a lost response from a lost race (W3). The register and the directory are models.
"""

from app.adapters.dynamodb.directory import DynamoDirectory
from app.adapters.dynamodb.leases import DynamoLeases
from app.adapters.dynamodb.overviews import DynamoOverviews
from app.adapters.dynamodb.register import DynamoRegister
from app.adapters.dynamodb.shared_topics import DynamoSharedTopics
from app.adapters.dynamodb.switch import DynamoAgents, DynamoBoard, DynamoCalls
from app.adapters.dynamodb.unreadable import DynamoUnreadableItems

__all__ = [
    "DynamoAgents",
    "DynamoBoard",
    "DynamoCalls",
    "DynamoDirectory",
    "DynamoLeases",
    "DynamoOverviews",
    "DynamoRegister",
    "DynamoSharedTopics",
    "DynamoUnreadableItems",
]
