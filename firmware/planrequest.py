"""Asking the hub for the plan: signed both ways, and answered for this very question."""

from .courier import Courier
from .errors import HubUnbelievable
from .wire import plan as wire_plan
from .wire import schema
from .wire.errors import WireError
from .wire.plan import Plan
from .wire.signature import DeviceKeys, check, sign

PATH = "/api/plan"


def ask(courier: Courier, keys: DeviceKeys, station: str, nonce: str) -> Plan:
    """The plan of `station`, as the hub of `courier` gives it now. Raises HubError."""
    body = schema.canonical({"v": schema.VERSION, "station": station, "nonce": nonce})
    answer = courier.post(body, sign(keys.up, body), PATH)
    answer.expect_ok(courier.hub)
    try:
        check(keys.down, answer.body, answer.signature)
        fields = schema.versioned(schema.read(answer.body), "plan")
        found = wire_plan.from_json(fields.get("plan"))
    except WireError as error:
        raise HubUnbelievable(str(error)) from error
    if (fields.get("nonce"), fields.get("station")) != (nonce, station):
        raise HubUnbelievable("nonce, station")
    return found
