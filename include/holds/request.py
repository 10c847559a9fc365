"""A person's request for a plan, as JSON (`docs/plans.md`): read strictly, since what it says is signed."""

from __future__ import annotations

import json

from pydantic import ValidationError

from include.contracts.errors import BadInput
from include.contracts.plan import MAX_STEPS, PlanRequest
from include.holds.digest import strict_json

MAX_BYTES = 256 * 1024
_NEXT = "correct it; docs/plans.md has the format"


def read_request(raw: bytes) -> PlanRequest:
    """The request.

    :param raw: UTF-8 JSON in any layout; no key twice, no integer beyond 2**53 - 1, no fraction where a whole number is meant
    :raises BadInput: naming the fields that do not fit
    """
    if len(raw) > MAX_BYTES:
        raise BadInput(f"The request has more than {MAX_BYTES} bytes.", next_step=_NEXT)
    try:
        value = strict_json(raw)
        steps = value.get("steps") if isinstance(value, dict) else None
        if isinstance(steps, list) and len(steps) > MAX_STEPS:  # told before each of them is looked at
            raise BadInput(f"The plan has {len(steps)} steps, {MAX_STEPS} at most.", next_step="make several plans of it")
        return PlanRequest.model_validate_json(json.dumps(value))
    except ValidationError as error:
        found = [f"{'.'.join(map(str, e['loc'])) or 'request'}: {e['msg']}" for e in error.errors()]
        more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
        problem = "; ".join(found[:5])[:1_000] + more
    except RecursionError:
        problem = "it is nested too deeply"
    except ValueError as error:
        problem = str(error)[:300]
    raise BadInput(f"This is no request for a plan: {problem}.", next_step=_NEXT)
