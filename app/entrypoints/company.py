"""Publishes the company's file: checks it, stores the plan, configures its numbers at the carrier.

Calls in progress keep the plan they began with; new ones begin on this one. Repeatable: a second
run writes the same.
"""

from dataclasses import dataclass
from typing import Any

from app.adapters.plan import Company, PlanError, read_company
from app.adapters.system import SystemClock
from app.adapters.twilio.numbers import configure
from app.adapters.twilio.urls import Urls
from app.bootstrap.deployment import Deployment, account, urls
from app.config import Config, Misconfigured
from app.domain.dialplan import Plan
from app.service.dismissals import settle_people

CARRIER_SECONDS = 20.0
UNSETTLED = (
    "{who} is not signed out yet, and may be offered a call for 30 s: the store did not answer."
)


@dataclass(frozen=True, slots=True)
class _Deadline:
    clock: SystemClock
    ends: float

    def seconds_left(self) -> float:
        return self.ends - self.clock.now().timestamp()


def publish(config: Config, deployment: Deployment) -> dict[str, Any]:
    """Returns what to print for people. Raises PlanError, Misconfigured, BadCatalogues."""
    ports = deployment.services.ports
    if config.plan_file is None:
        raise Misconfigured("SWITCHROOM_PLAN_FILE is not set: write the company's file.")
    company = read_company(config.plan_file)
    if company.demo_parts and not config.is_local:
        raise PlanError(config.plan_file.name, company.demo_parts)
    for sha, sound in company.sounds.items():
        ports.sounds.put(sha, sound.body, sound.content_type)
    for contact in company.contacts:
        ports.directory.put_contact(contact)
    unsettled = _swap_head(deployment, company.plan)
    return {
        "application_sid": _configure_carrier(config, company.plan),
        "numbers": [{"e164": n.e164, "label": n.label} for n in company.plan.numbers],
        "people": [
            {"email": m.email, "name": m.name, "role": m.role} for m in company.plan.members
        ],
        "names": names_of(company, urls(config)),
        "password": company.demo_password,
        "remarks": [
            *(
                f"{config.plan_file.name}, line {remark.line}: {remark.message}"
                for remark in company.remarks
            ),
            *(UNSETTLED.format(who=who) for who in unsettled),
        ],
    }


def names_of(company: Company, urls: Urls) -> dict[str, str]:
    """What a log of the carrier should call each address, queue and node that it shows."""
    plan = company.plan
    titled = {name: node.title for name, node in plan.nodes.items() if node.title}
    return {
        **{contact.phone: contact.name for contact in company.contacts},
        **{number.e164: number.label for number in plan.numbers},
        **{member.phone: member.name for member in plan.members if member.phone},
        **{f"client:{member.id}": member.name for member in plan.members},
        **{f"node:{name}": title for name, title in titled.items()},
        **{f"queue:{urls.queue_name(name)}": title for name, title in titled.items()},
    }


def _swap_head(deployment: Deployment, plan: Plan) -> tuple[str, ...]:
    """The people of the former plan who could not be settled."""
    directory = deployment.services.ports.directory
    try:
        before = directory.head()
    except LookupError:  # nothing was ever published
        directory.publish(plan, previous=None)
        return ()
    if before.sha == plan.sha:
        return ()
    directory.publish(plan, previous=before.sha)
    return settle_people(
        before,
        plan,
        dismiss=deployment.services.desk.dismiss,
        end_sessions=deployment.end_sessions,
    )


def _configure_carrier(config: Config, plan: Plan) -> str:
    from app.adapters.twilio.rest import connect

    clock = SystemClock()
    deadline = _Deadline(clock, clock.now().timestamp() + CARRIER_SECONDS)
    client = connect(account(config), deadline.seconds_left)
    return configure(client, plan, urls(config), rent=config.carrier.api_url is not None)
