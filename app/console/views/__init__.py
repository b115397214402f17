"""What the pages show: plain values, filled from the services, and nothing that can act.

Times are aware UTC (the page shows them in the company's zone); numbers are E.164 or None when
withheld. Words people read are not here: `labels` has them.
"""

from app.console.views.desk import (
    Colleague as Colleague,
    Desk as Desk,
    HeldBack as HeldBack,
    LiveCall as LiveCall,
    QueueRow as QueueRow,
    Route as Route,
    TargetRow as TargetRow,
    Targets as Targets,
    ToTake as ToTake,
)
from app.console.views.messages import (
    Mailbox as Mailbox,
    MessagePage as MessagePage,
    MessageRow as MessageRow,
)
from app.console.views.moments import (
    Button as Button,
    Consulted as Consulted,
    ConsultKind as ConsultKind,
    ConsultOver as ConsultOver,
    Emergency as Emergency,
    Guest as Guest,
    HoldKind as HoldKind,
    Idle as Idle,
    IfNothing as IfNothing,
    Line as Line,
    Missed as Missed,
    Moment as Moment,
    Offer as Offer,
    RecordingNow as RecordingNow,
    SpeaksWith as SpeaksWith,
    Step as Step,
    Supervised as Supervised,
    Assisting as Assisting,
    AssistingState as AssistingState,
    Supervising as Supervising,
    HeldLine as HeldLine,
    WrapUp as WrapUp,
)
from app.console.views.register import (
    CallDetail as CallDetail,
    CallPage as CallPage,
    CallRow as CallRow,
    Leg as Leg,
    Link as Link,
    Note as Note,
    Recording as Recording,
    Spent as Spent,
)
from app.console.views.shared import (
    Direction as Direction,
    Happening as Happening,
    Party as Party,
    PresenceKind as PresenceKind,
    Status as Status,
    Tone as Tone,
)
