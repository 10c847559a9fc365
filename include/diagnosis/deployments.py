"""Deployments against the time the trouble began: what came shortly before is a suspect, what came after is not."""

from __future__ import annotations

from datetime import datetime, timedelta

from include.contracts.diagnosis import Cause, Remark
from include.contracts.tools.list_recent_deployments import Deployment, Deployments
from include.diagnosis.board import Analyser, Beginning, Board, Origin, Standing, after
from include.diagnosis.case import Case, Line
from include.diagnosis.finding import MIN_SCORE, Finding, Sign, Verdict
from include.diagnosis.quoting import quote

_BASE, _BASE_WITHOUT_SIGNS = 60, 45
_NEAR = ((timedelta(minutes=5), 25), (timedelta(minutes=15), 18), (timedelta(minutes=30), 10), (timedelta(minutes=60), 4))
_SAME_PLACE, _CONFIGURATION = 8, 5
_STOPPED = 40  # less where the process was stopped: that is somebody's doing, not a deployment's
_LATER_DEPLOY = 10  # less for each newer deployment that also came before the trouble
_PAPERWORK = 55  # less where only documents changed
_ELSEWHERE_FIRST, _ELSEWHERE = 60, 30  # less where a dependency's own trouble explains it, and began first or not
_LONG_AGO = {timedelta(hours=4): 35, timedelta(hours=24): 22}
_MENTIONED = timedelta(hours=1)  # around the beginning: worth a remark when it is set aside
_DOCUMENTS = (".md", ".rst", ".txt", ".adoc", "license", "codeowners")


def observe(case: Case) -> list[Finding]:
    return [
        _finding(case, source.service, item, line)
        for source in case.of_tool("list_recent_deployments", Deployments)
        for item, line in source.items(source.output.deployments)
    ]


def _finding(case: Case, service: str | None, item: Deployment, line: Line) -> Finding:
    near = abs(item.at - case.incident.started_at) <= _MENTIONED
    paperwork = bool(item.files) and all(_is_document(name) for name in item.files)
    return Finding(
        quote(f"deploy:{service}:{item.revision}", [line], weight=(52 if near else 18) - (20 if paperwork else 0)),
        Sign.DEPLOYMENT,
        service,
        at=item.at,
        details={"revision": item.revision, "paperwork": "yes" if paperwork else ""},
    )


def _is_document(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_DOCUMENTS) or lower.startswith(("docs/", "doc/"))


def explain(board: Board) -> Verdict:
    causes: list[Cause] = []
    remarks: list[Remark] = []
    for item in board.of_sign(Sign.DEPLOYMENT):
        cause, remark = _judge(board, item)
        causes += [cause] if cause else []
        remarks += [remark] if remark else []
    return Verdict(tuple(causes), tuple(remarks))


def _judge(board: Board, item: Finding) -> tuple[Cause | None, Remark | None]:
    assert item.at is not None  # a deployment has a time
    origin = board.origin(item.service) or _on_the_way(board, item.service)
    beginning = board.beginning(item.service)
    began = beginning.at
    near = abs(item.at - began) <= _MENTIONED
    if origin is None:
        why = f"{item.service} shows no trouble of its own, and nothing points at it"
        return None, _set_aside(item, why) if near else None
    if item.at > began:
        if not near:
            return None, None
        why = f"{beginning.what} began {after(began, item.at).removesuffix(' after')} before it"
        return None, _set_aside(item, why, *beginning.keys)
    score = _score(board, item, began, origin)
    if score < MIN_SCORE:
        return None, _set_aside(item, "what another service shows explains the trouble better") if near else None
    return _cause(board, item, beginning, origin, score), None


def _on_the_way(board: Board, service: str | None) -> Origin | None:
    """A service between the incident's and the origin: its deployment may have caused what shows below it."""
    path = next((o.path for o in board.origins if service in o.path and o.standing is not Standing.QUIET), ())
    if service is None or service not in path:
        return None
    return Origin(service, Standing.BESIDE, path[: path.index(service) + 1], ())


def _score(board: Board, item: Finding, began: datetime, origin: Origin) -> int:
    assert item.at is not None
    signs = board.onset(item.service) is not None
    gap = began - item.at
    near = next((points for limit, points in _NEAR if gap <= limit), None)
    if near is not None:
        score = (_BASE if signs else _BASE_WITHOUT_SIGNS) + near
    else:
        score = next((points for limit, points in _LONG_AGO.items() if gap <= limit), 0) if signs else 0
    score += _SAME_PLACE if near is not None and signs and origin.standing is Standing.OWN else 0
    score += _CONFIGURATION if any(i.fault == "configuration" for i in board.of_sign(Sign.LOG, item.service)) else 0
    score -= _PAPERWORK if item.details["paperwork"] else 0
    score -= _STOPPED if any(i.details["state"] == "STOPPED" for i in board.of_sign(Sign.PROCESS_DOWN, item.service)) else 0
    newer = [o for o in board.of_sign(Sign.DEPLOYMENT, item.service) if o.at and item.at < o.at <= began]
    score -= _LATER_DEPLOY * len(newer)
    return max(0, min(97, score - _elsewhere(board, item, origin)))


def _elsewhere(board: Board, item: Finding, origin: Origin) -> int:
    """What trouble below this service takes from its deployment."""
    below = [
        o
        for o in board.suspects(Standing.OWN, Standing.BESIDE)
        if o.service != item.service and item.service in o.path and len(o.path) > len(origin.path)
    ]
    if not below:
        return board.discount(item.service) if origin.standing is Standing.OWN else 0
    for other in below:
        down = [i for i in board.of_sign(Sign.PROCESS_DOWN, other.service) if not i.details.get("old")]
        first = board.onset(other.service)
        if down or (first is not None and item.at is not None and first < item.at):
            return _ELSEWHERE_FIRST
    return _ELSEWHERE


def _cause(board: Board, item: Finding, began: Beginning, origin: Origin, score: int) -> Cause:
    assert item.at is not None
    revision = item.details["revision"]
    supports = board.support(origin, item.key, *began.keys)
    return Cause(
        analyser="deployments",
        statement=f"Deployment {revision} of {board.describe(origin)}: {began.what} began {after(item.at, began.at)} it",
        score=score,
        supports=supports,
        against=(*_ran_through(board, item), *board.against(item.service, supports)),
        refuted_by=f"Check whether any error like those cited was logged before deployment {revision}, and whether what it "
        "changed is on the path of the failing requests.",
    )


def _ran_through(board: Board, item: Finding) -> tuple[str, ...]:
    """A process that has run since before the deployment may not have taken it over."""
    running = board.of_sign(Sign.PROCESS_RUNNING, item.service)
    return tuple(i.key for i in running if i.at is not None and item.at is not None and i.at < item.at)[:1]


def _set_aside(item: Finding, why: str, *basis: str) -> Remark:
    return Remark(
        statement=f"Deployment {item.details['revision']} of {item.service} is not put forward as a cause: {why}.",
        basis=(item.key, *basis),
    )


ANALYSER = Analyser("deployments", observe, explain)
