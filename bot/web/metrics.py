"""GET /metrics for Prometheus. Only counts and times: no person, no openid, no text.

Served to this machine only; with SRDI_METRICS_TOKEN set, to anybody with that token.
"""

import hmac
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from config.limits import QuotaLimits
from notifications import quota
from storage.engine.database import Database
from storage.notices import outbox

PATH = "/metrics"
LOOPBACK = ("127.0.0.1", "::1")
# A local proxy looks like a loopback peer; these headers reveal forwarding.
HANDED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
# Outcomes of callback requests that are not refused; other words are refusal reasons.
TAKEN = ("echoed", "answered", "acknowledged", "late", "failed")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.5, 10.0)
JOBS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """This process's counters, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._taken = Counter(
            "srdi_callback", "Requests of the platform by what they came to", ["outcome"], registry=self._registry
        )
        self._refused = Counter(
            "srdi_callback_refused", "Requests to the callback that were refused", ["reason"], registry=self._registry
        )
        self._answering = Histogram(
            "srdi_callback_seconds", "From a push's last byte to its answer", buckets=SECONDS, registry=self._registry
        )
        self._repeats = Counter(
            "srdi_inbox_repeats", "Pushes answered from what was stored or under way", registry=self._registry
        )
        self._batch = Histogram(
            "srdi_store_write_jobs", "Jobs committed together", buckets=JOBS, registry=self._registry
        )
        self._writing = Histogram(
            "srdi_store_write_seconds", "From the begin to the end of a write", buckets=SECONDS, registry=self._registry
        )
        self._ticked = Gauge(
            "srdi_tick_last_success_timestamp_seconds", "When a tick last succeeded", ["tick"], registry=self._registry
        )
        self._tick_failed = Counter("srdi_tick_failures", "Ticks that failed", ["tick"], registry=self._registry)
        self._outbox = Gauge("srdi_outbox_rows", "Rows of the outbox by state", ["state"], registry=self._registry)
        self._api_used = Gauge("srdi_api_used", "Calls of the platform's day", ["channel"], registry=self._registry)
        self._api_daily = Gauge("srdi_api_limit", "Calls a day there may be", ["channel"], registry=self._registry)
        self._api_rests = Gauge(
            "srdi_api_resting", "1 where the platform wants no calls now", ["channel"], registry=self._registry
        )
        self._quotas = QuotaLimits.load()
        for outcome in TAKEN:
            self._taken.labels(outcome)

    def count_request(self, outcome: str) -> None:
        """Count a callback request by outcome: an answer, or a refusal reason."""
        if outcome in TAKEN:
            self._taken.labels(outcome).inc()
        else:
            self._refused.labels(outcome).inc()

    def answered_in(self, seconds: float) -> None:
        """Record the seconds a push took."""
        self._answering.observe(seconds)

    def repeated(self) -> None:
        """Count a repeated push."""
        self._repeats.inc()

    def wrote(self, jobs: int, seconds: float) -> None:
        """Record a write batch."""
        self._batch.observe(jobs)
        self._writing.observe(seconds)

    def ticked(self, name: str, at: datetime | None) -> None:
        """Record a tick's success at this time, or failure (None)."""
        if at is None:
            self._tick_failed.labels(name).inc()
        else:
            self._ticked.labels(name).set(at.timestamp())

    async def text(self, database: Database) -> bytes:
        """Return all metrics now. Raises UnavailableError."""
        self._outbox.clear()
        for state, count in (await database.read(outbox.states)).items():
            self._outbox.labels(state).set(count)
        for gauge in await database.read(quota.gauges, self._quotas):
            self._api_used.labels(gauge.channel).set(gauge.used)
            self._api_daily.labels(gauge.channel).set(gauge.daily)
            self._api_rests.labels(gauge.channel).set(gauge.rests_until is not None)
        return generate_latest(self._registry)


def add_metrics(app: web.Application, metrics: Metrics, database: Database, token: str) -> None:
    """Serve the metrics to permitted clients; 404 for others."""

    async def show(request: web.Request) -> web.Response:
        if not _may_read(request, token):
            return web.Response(status=404)
        return web.Response(body=await metrics.text(database), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get(PATH, show, allow_head=False)


def _may_read(request: web.Request, token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    return request.remote in LOOPBACK and not any(name in request.headers for name in HANDED_ON)
