import { Gauge, type Registry } from 'prom-client';
import type { RebuildStatus } from './engine/rebuild/rebuild-requests';
import type { ProjectionAdmin } from './projection-admin';
import type { ProjectionStatus, ReadingStatus } from './projection-status';

interface Snapshot {
  readonly projections: readonly ProjectionStatus[];
  readonly rebuilds: readonly RebuildStatus[];
  readonly reading: ReadingStatus;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | null];

interface Figure {
  readonly help: string;
  readonly labels: readonly string[];
  /** What is null is not told. */
  readonly samples: (snapshot: Snapshot) => Sample[];
}

const STATES = ['live', 'paused', 'failed'] as const;

const FIGURES: Readonly<Record<string, Figure>> = {
  yoyaku_projection_lag_events: {
    help: 'Events that the partition furthest behind has not seen; not told on the direct path, where nobody counts',
    labels: ['projection'],
    samples: eachProjection(({ partitions }) => furthestBehind(partitions.flatMap(({ lagEvents }) => lagEvents ?? []))),
  },
  yoyaku_projection_lag_seconds: {
    help: 'Age of the first event that the partition furthest behind has not written',
    labels: ['projection'],
    samples: eachProjection(({ partitions }) => furthestBehind(partitions.map(({ lagSeconds }) => lagSeconds))),
  },
  yoyaku_projection_events_per_second: {
    help: 'Events handled in a second, over all processes',
    labels: ['projection'],
    samples: eachProjection(({ eventsPerSecond }) => eventsPerSecond),
  },
  yoyaku_projection_partitions: {
    help: 'Partitions, by state',
    labels: ['projection', 'state'],
    samples: ({ projections }) =>
      projections.flatMap(({ name, partitions }) =>
        STATES.map((wanted): Sample => {
          const count = partitions.filter(({ state }) => state === wanted).length;
          return [{ projection: name, state: wanted }, count];
        }),
      ),
  },
  yoyaku_projection_quarantined_tenants: {
    help: 'Tenants that are left out since one of their events could not be applied',
    labels: ['projection'],
    samples: eachProjection(({ quarantined }) => quarantined.length),
  },
  yoyaku_projection_unreadable_partitions: {
    help: 'Partitions that wait for a process of a newer build',
    labels: ['projection'],
    samples: eachProjection(({ partitions }) => partitions.filter(({ unreadable }) => unreadable).length),
  },
  yoyaku_rebuild_processed_events: {
    help: 'Events that a rebuild under way has applied',
    labels: ['projection'],
    samples: eachRebuilt(({ processed }) => processed),
  },
  yoyaku_rebuild_total_events: {
    help: 'Events that there are for a rebuild under way, about',
    labels: ['projection'],
    samples: eachRebuilt(({ total }) => total),
  },
  yoyaku_rebuild_events_per_second: {
    help: 'Events that a rebuild under way applies in a second',
    labels: ['projection'],
    samples: eachRebuilt(({ eventsPerSecond }) => eventsPerSecond),
  },
  yoyaku_rebuild_seconds_left: {
    help: 'Time that a rebuild under way still takes, about',
    labels: ['projection'],
    samples: eachRebuilt(({ secondsLeft }) => secondsLeft),
  },
  yoyaku_projectors: {
    help: 'Processes that run projections, by the way in which events come to them: nats, or the store directly',
    labels: ['path'],
    samples: ({ reading }) => Object.entries(reading.projectors).map(([path, count]): Sample => [{ path }, count]),
  },
  yoyaku_relay_sequence: {
    help: 'Messages that the relay has published to JetStream',
    labels: [],
    samples: ({ reading: { relay } }) => [[{}, relay?.sequence ?? null]],
  },
  yoyaku_relay_position: {
    help: 'Position in the event store of the last event that was relayed',
    labels: [],
    samples: ({ reading: { relay } }) => [[{}, relay && Number(relay.position)]],
  },
};

/** However often the figures are read, PostgreSQL is asked this often at most, in milliseconds. */
const FRESH = 1_000;

/**
 * Adds the figures of all projections, their rebuilds and the relay to a registry. Whichever process tells them, they
 * are of the whole installation. While PostgreSQL is away they are absent.
 */
export function exposeProjections(registry: Registry, admin: ProjectionAdmin): void {
  let known: { readonly snapshot: Promise<Snapshot | undefined>; readonly at: number } | undefined;
  const look = () => {
    const at = performance.now();
    if (!known || at - known.at > FRESH) known = { snapshot: take(admin).catch(() => undefined), at };
    return known.snapshot;
  };
  for (const [name, { help, labels, samples }] of Object.entries(FIGURES)) {
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      async collect() {
        const snapshot = await look();
        // Figures without labels would be reset to 0.
        if (labels.length > 0) this.reset();
        else this.remove();
        for (const [labels, value] of snapshot ? samples(snapshot) : []) if (value !== null) this.set(labels, value);
      },
    });
  }
}

async function take(admin: ProjectionAdmin): Promise<Snapshot> {
  const [projections, rebuilds, reading] = await Promise.all([admin.list(), admin.activeRebuilds(), admin.reading()]);
  return { projections, rebuilds, reading };
}

const furthestBehind = (lags: readonly number[]): number | null => (lags.length > 0 ? Math.max(...lags) : null);

function eachProjection(value: (projection: ProjectionStatus) => number | null): Figure['samples'] {
  return ({ projections }) => projections.map((one) => [{ projection: one.name }, value(one)]);
}

function eachRebuilt(value: (rebuild: RebuildStatus) => number | null): Figure['samples'] {
  return ({ rebuilds }) =>
    rebuilds.flatMap((one) => one.projections.map((projection): Sample => [{ projection }, value(one)]));
}
