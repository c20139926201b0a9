import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { countLinks } from '../store/links.ts';
import type { WorkCount } from '../store/work/count-work.ts';
import { countWork } from '../store/work/count-work.ts';
import { timeToRevoke } from '../sync/leaving/time-to-revoke.ts';
import type { Runtime } from '../sync/runtime.ts';
import { openCauses } from './scim/verdict/breaker.ts';

/** In the text format of Prometheus. No label holds anything personal, nor anything that grows with use. */
export interface Metrics {
  readonly contentType: string;
  requestAnswered(method: string, status: number, durationMs: number, labels: RequestLabels): void;
  render(): Promise<string>;
}

/** The declared route, and `directory/client`; never a path, which would make them grow without end. */
interface RequestLabels {
  readonly route: string;
  readonly client: string;
}

/** Has a registry of its own: two servers in one process, as tests have them, do not share counts. */
export function createMetrics(runtime: Runtime): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = requestMetrics(register);
  for (const each of storeGauges(runtime)) register.registerMetric(each);
  return {
    contentType: register.contentType,
    requestAnswered: (method, status, durationMs, { route, client }) => {
      requests.total.inc({ method, route, status, client });
      requests.duration.observe({ method, route }, durationMs / 1000);
    },
    render: () => register.metrics(),
  };
}

function requestMetrics(register: Registry) {
  return {
    total: new Counter({
      name: 'bridge_http_requests_total',
      help: 'Requests answered.',
      labelNames: ['method', 'route', 'status', 'client'],
      registers: [register],
    }),
    duration: new Histogram({
      name: 'bridge_http_request_duration_seconds',
      help: 'Time from the first byte of the headers to the end of the reply.',
      labelNames: ['method', 'route'],
      // From a lookup in memory to the 30 s at which Entra gives up.
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
      registers: [register],
    }),
  };
}

/** Read from the store at each scrape, so that they are right after a restart and need no bookkeeping. */
function storeGauges(runtime: Runtime): readonly Gauge[] {
  const { store, clock } = runtime;
  return [
    gauge({
      name: 'bridge_work_items',
      help: 'Users waiting to be reconciled.',
      labelNames: ['instance', 'stage', 'lane'],
      samples: async () => (await countWork(store.read)).map((row) => [labelsOf(row), row.items]),
    }),
    gauge({
      name: 'bridge_work_oldest_seconds',
      help: 'Age of the oldest change that is not reconciled yet.',
      labelNames: ['instance', 'stage', 'lane'],
      samples: async () =>
        (await countWork(store.read)).map((row) => [
          labelsOf(row),
          (clock.now() - row.oldestReceivedAt) / 1000,
        ]),
    }),
    gauge({
      name: 'bridge_links',
      help: 'Users by what Connect has of them and whether that is what is wanted.',
      labelNames: ['instance', 'lifecycle', 'sync'],
      samples: async () => (await countLinks(store.read)).map(({ users, ...labels }) => [labels, users]),
    }),
    gauge({
      name: 'bridge_bucket_tokens',
      help: 'Calls of an operation of Amazon Connect that could be made at once.',
      labelNames: ['scope', 'operation'],
      samples: async () =>
        runtime.bucketLevels().map(({ scope, operation, tokens }) => [{ scope, operation }, tokens]),
    }),
    gauge({
      name: 'bridge_bucket_waiting',
      help: 'Calls of an operation of Amazon Connect that wait for their turn.',
      labelNames: ['scope', 'operation'],
      samples: async () =>
        runtime.bucketLevels().map(({ scope, operation, waiting }) => [{ scope, operation }, waiting]),
    }),
    ...leaverGauges(runtime),
    gauge({
      name: 'bridge_config_refused',
      help: '1 while bridge.yaml has changed into something that cannot come into force, else 0.',
      labelNames: [],
      samples: async () => [[{}, runtime.configFile?.refused ? 1 : 0]],
    }),
    gauge({
      name: 'bridge_accepted_verdicts',
      help: 'Writes accepted although they should be refused, by cause: too many users were refused for it.',
      labelNames: ['directory', 'cause'],
      samples: () => acceptedVerdicts(runtime),
    }),
  ];
}

function leaverGauges(runtime: Runtime): readonly Gauge[] {
  return [
    gauge({
      name: 'bridge_revoke_seconds',
      help: 'Time from the request to the removal of all access, of the leavers of 24 hours whom the guard did not hold.',
      labelNames: ['quantile'],
      samples: async () => revokeSamples(await timeToRevoke(runtime)),
    }),
    gauge({
      name: 'bridge_leavers_open',
      help: 'Users who are to lose all access and still have it: waiting, or held by the guard.',
      labelNames: ['state'],
      samples: async () =>
        Object.entries((await timeToRevoke(runtime)).open).map(([state, users]) => [{ state }, users]),
    }),
  ];
}

function revokeSamples({ unheldMs: { p50, p95 } }: Awaited<ReturnType<typeof timeToRevoke>>): Sample[] {
  const quantiles = [
    ['0.5', p50],
    ['0.95', p95],
  ] as const;
  return quantiles.flatMap(([quantile, ms]) => (ms === null ? [] : [[{ quantile }, ms / 1000]]));
}

async function acceptedVerdicts({ store, clock, directories }: Runtime): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const directory of directories.values()) {
    for (const { cause, accepted } of await openCauses(store.read, directory, clock.now())) {
      samples.push([{ directory: directory.alias, cause }, accepted]);
    }
  }
  return samples;
}

/** Labels and value. */
type Sample = readonly [Record<string, string>, number];

interface GaugeOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly samples: () => Promise<readonly Sample[]>;
}

function gauge({ samples, ...options }: GaugeOptions): Gauge {
  return new Gauge({
    ...options,
    registers: [],
    async collect() {
      this.reset();
      for (const [labels, value] of await samples()) this.set(labels, value);
    },
  });
}

function labelsOf({ instance, stage, lane }: WorkCount): Record<string, string> {
  return { instance, stage, lane };
}
