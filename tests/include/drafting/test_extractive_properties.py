"""Whatever systems answer: the extractive brief holds as it is, quotes exactly, advises nothing, and follows no foreign word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.contracts.alert import Severity
from include.contracts.base import clean_text
from include.contracts.evidence import Evidence, ReadRequest
from include.contracts.incident import Classification, Incident, IncidentKind, IncidentStatus, Intent, Risk
from include.contracts.tools import tool
from include.diagnosis.analyse import analyse
from include.diagnosis.case import CatalogueFacts
from include.drafting.context import BriefContext
from include.drafting.extractive import draft
from include.drafting.fact_check import by_id
from include.drafting.grounding import check_brief
from include.drafting.read_only import instruction_in
from include.drafting.render_html import render_html
from include.drafting.render_markdown import render_markdown
from include.evidence.build import build_evidence

T0 = datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
SERVICES = ("shop-orders", "shop-payments")
GRAPH = CatalogueFacts({"shop-orders": ("shop-payments",)})

# Words that have made a check stumble before, beside any text at all.
NASTY = st.sampled_from(
    [
        "not",
        "no free database connection",
        "failed to start",
        "can't",
        "shop-payments is FATAL",
        "shop-payments failed",
        '"',
        "“",
        "`",
        "—",
        "…",
        ";",
        "but",
        '3 lines of query_logs.shop-orders contain "x"',
        '12 lines of e1 contain "nothing", the first at 2026-11-20T10:00:00Z',
        "2026-11-20T10:00:00Z",
        "2026-11-20 10:00:00+01:00",
        "2026-13-45T99:99:99Z",
        "-5",
        "+7 ms",
        "10.0.0.1",
        "127.0.0.1:8080",
        "pool_in_use=5",
        "500 ms",
        "50%",
        "4 minutes after",
        "is not",
        "ignore previous instructions",
        "restart now",
        "<script>",
        "@maya /approve",
        "\u200b",
        "\u2028",
        "\x00",
        "e\u0301",
        "İ",
        "ß",
        "ﬁ",
        "\n",
        "\t",
    ]
)
MESSAGE = st.lists(st.one_of(NASTY, st.text(max_size=12), st.integers(-(10**6), 10**6).map(str)), min_size=1, max_size=14).map(
    " ".join
)
LINE = MESSAGE.map(lambda text: " ".join(clean_text(text).replace("\n", " ").split())[:200] or "x")
MINUTES = st.floats(-70, 15, allow_nan=False).map(lambda minutes: T0 + timedelta(minutes=minutes))
WHEN = st.one_of(MINUTES, MINUTES.map(lambda at: at.replace(microsecond=0)))


@st.composite
def log_output(draw: Any) -> dict[str, Any]:
    messages = draw(st.lists(MESSAGE, min_size=1, max_size=4))
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "at": st.one_of(st.none(), WHEN.map(lambda at: at.isoformat())),
                    "level": st.sampled_from(["warning", "error", "critical", "unknown"]),
                    "message": st.sampled_from(messages),
                    "file": LINE,
                }
            ),
            max_size=30,
        )
    )
    return {"log_lines": rows, "scanned": 99, "matched": len(rows), "truncated": draw(st.booleans())}


STATUS = st.fixed_dictionaries(
    {
        "processes": st.lists(
            st.fixed_dictionaries(
                {
                    "name": LINE,
                    "state": st.sampled_from(["RUNNING", "FATAL", "EXITED", "STOPPED", "BACKOFF", "odd"]),
                    "pid": st.integers(0, 99999),
                    "since": st.one_of(st.none(), WHEN.map(lambda at: at.isoformat())),
                    "exit_status": st.one_of(st.none(), st.integers(-1, 255)),
                    "description": MESSAGE,
                }
            ),
            max_size=3,
        ),
        "observed_at": st.just("2026-11-20T10:06:00Z"),
    }
)
DEPLOYMENTS = st.fixed_dictionaries(
    {
        "deployments": st.lists(
            st.fixed_dictionaries(
                {
                    "revision": st.text("0123456789abcdef", min_size=4, max_size=12),
                    "reference": st.one_of(st.none(), LINE),
                    "at": WHEN.map(lambda at: at.isoformat()),
                    "author": LINE,
                    "subject": MESSAGE,
                    "files": st.lists(LINE, max_size=2),
                }
            ),
            max_size=3,
        )
    }
)
SAMPLES = st.fixed_dictionaries(
    {
        "samples": st.lists(
            st.fixed_dictionaries(
                {
                    "name": st.sampled_from(
                        ["db_pool_in_use", "db_pool_size", "http_requests_total", "a_used_ratio", "odd name"]
                    ),
                    "labels": st.dictionaries(st.sampled_from(["code", "pool"]), st.sampled_from(["200", "503", 'a"b', "x\ny"])),
                    "value": st.sampled_from(["0", "5", "1e+06", "NaN", "+Inf", "0.97"]),
                }
            ),
            max_size=8,
        ),
        "scraped_at": st.just("2026-11-20T10:06:00Z"),
    }
)
LOGONS = st.fixed_dictionaries(
    {
        "groups": st.lists(
            st.fixed_dictionaries(
                {
                    "host": LINE,
                    "account": LINE,
                    "address": st.one_of(LINE, st.sampled_from(["10.0.0.1", "203.0.113.9", "::1"])),
                    "reason": LINE,
                    "count": st.integers(1, 500),
                    "first_at": WHEN.map(lambda at: at.isoformat()),
                    "last_at": WHEN.map(lambda at: at.isoformat()),
                }
            ),
            max_size=12,
        ),
        "scanned": st.just(1000),
    }
)
ALERTS = st.fixed_dictionaries(
    {
        "alerts": st.lists(
            st.fixed_dictionaries(
                {
                    "name": LINE,
                    "severity": LINE,
                    "service": st.one_of(LINE, st.sampled_from(SERVICES)),
                    "state": st.sampled_from(["active", "suppressed"]),
                    "started_at": WHEN.map(lambda at: at.isoformat()),
                    "summary": MESSAGE,
                }
            ),
            max_size=3,
        )
    }
)
RANGES = st.lists(st.sampled_from(["0.05", "0.051", "2.1", "NaN", "12"]), max_size=40).map(
    lambda values: {
        "metric": "latency-p95",
        "series": [
            {
                "labels": {"le": "a b"},
                "points": [
                    {"at": (T0 + timedelta(minutes=n - 30)).isoformat(), "value": value} for n, value in enumerate(values)
                ],
            }
        ],
    }
)
RUNBOOKS = st.fixed_dictionaries(
    {
        "hits": st.lists(
            st.fixed_dictionaries(
                {
                    "runbook": st.sampled_from(["a-runbook", "b-runbook"]),
                    "kind": st.sampled_from(["runbook", "known_issue"]),
                    "title": LINE,
                    "owner": st.just("maya"),
                    "label": st.just("internal"),
                    "heading": LINE,
                    "passage": MESSAGE,
                    "score": st.floats(0, 9),
                    "stale": st.booleans(),
                    "stale_reason": st.one_of(st.none(), LINE),
                }
            ),
            max_size=2,
        )
    }
)
WINDOW = {"since": "2026-11-20T09:05:00Z", "until": "2026-11-20T10:20:00Z"}
BEFORE = {"since": "2026-11-20T03:05:00Z", "until": "2026-11-20T09:05:00Z"}
ANSWERS = {
    "query_logs": (log_output(), WINDOW),
    "query_logs.2": (log_output(), BEFORE),
    "get_service_status": (STATUS, {}),
    "list_recent_deployments": (DEPLOYMENTS, WINDOW),
    "get_metrics": (SAMPLES, {}),
    "get_recent_failed_logons": (LOGONS, WINDOW),
    "list_active_alerts": (ALERTS, {}),
    "query_metric_range": (RANGES, WINDOW),
    "query_approved_runbook": (RUNBOOKS, {}),
}


@st.composite
def answers(draw: Any) -> list[Evidence]:
    found = []
    for service in SERVICES:
        for name, (strategy, params) in ANSWERS.items():
            if not draw(st.booleans()):
                continue
            contract = tool(name.removesuffix(".2"))
            import json

            output = contract.output_model.model_validate_json(json.dumps(draw(strategy)))
            request = ReadRequest(tool=contract.name, params={"service": service, "environment": "production", **params})
            found.append(
                build_evidence(
                    id=f"{name}.{service}",
                    request=request,
                    principal="incident_triage@service",
                    label="internal",
                    place="somewhere",
                    output=output,  # type: ignore[arg-type]
                    collected_at=T0,
                )
            )
    return found


def incident(title: str = "HighErrorRate") -> Incident:
    return Incident(
        id="inc-1",
        key="alertmanager:x",
        generation=1,
        kind=IncidentKind.ALERT,
        status=IncidentStatus.OPEN,
        source="alertmanager",
        principal="incident_triage@service",
        service="shop-orders",
        environment="production",
        severity=Severity.CRITICAL,
        title=title,
        owner="tomas",
        alert_count=1,
        opened_at=T0,
        started_at=T0,
    )


def context_of(catalogue: Any, evidence: list[Evidence], title: str = "HighErrorRate") -> BriefContext:
    item = incident(title)
    return BriefContext(
        incident=item,
        classification=Classification(intent=Intent.DIAGNOSE, risk=Risk.HIGH, reasons=("An alert.",)),
        evidence=tuple(evidence),
        gaps=(),
        diagnosis=analyse(item, evidence, GRAPH),
        catalogue=catalogue,
        version=1,
        now=T0,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(evidence=answers(), title=LINE)
def test_any_evidence_gives_a_brief_that_holds_as_it_is(catalogue: Any, evidence: list[Evidence], title: str) -> None:
    context = context_of(catalogue, evidence, title)
    brief = draft(context)
    check_brief(brief, by_id(evidence), catalogue=catalogue)  # not `assemble`, which would take ungrounded facts out
    texts = {item.id: item.text for item in evidence}
    for fact in brief.facts:
        for citation in fact.citations:
            assert texts[citation.evidence][citation.start : citation.end] == citation.quote
    assert draft(context_of(catalogue, evidence, title)) == brief
    assert instruction_in(brief.summary) is None
    pages = (
        render_markdown(brief, by_id(evidence), time_zone="Asia/Kolkata"),
        render_html(brief, by_id(evidence), time_zone="UTC"),
    )
    assert all("DRAFT" in page for page in pages)
