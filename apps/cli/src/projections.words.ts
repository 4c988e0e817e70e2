import { styleText } from 'node:util';
import type { Failure, ProjectionStatus, QuarantinedTenant, Skip } from '@yoyaku/projecting';
import { plain } from './output/plain';
import { type Column, type Style, table } from './output/table';

const STYLES: Readonly<Record<ProjectionStatus['state'], Style>> = {
  live: 'green',
  rebuilding: 'yellow',
  paused: 'yellow',
  failed: 'red',
};

const STATUSES: readonly Column<ProjectionStatus>[] = [
  { heading: 'READ MODEL', cell: ({ name }) => name },
  { heading: 'VERSION', cell: ({ version }) => version },
  { heading: 'STATE', cell: ({ state }) => state, style: ({ state }) => STYLES[state] },
  { heading: 'DEFINITION', cell: ({ definition }) => definition ?? 'unknown here' },
  { heading: 'LAG, EVENTS', cell: lagEvents },
  { heading: 'LAG, S', cell: lagSeconds },
  { heading: 'EVENTS/S', cell: ({ eventsPerSecond }) => Math.round(eventsPerSecond) },
  { heading: 'TENANTS LEFT OUT', cell: ({ quarantined }) => quarantined.length },
];

/** Of the partition that is furthest behind. */
function lagEvents({ partitions }: ProjectionStatus): number | string {
  const lags = partitions.map(({ lagEvents }) => lagEvents);
  return lags.includes(null) ? 'unknown' : Math.max(0, ...lags.map(Number));
}

/** Of the partition that is furthest behind, to a tenth of a second. */
function lagSeconds({ partitions }: ProjectionStatus): number {
  const seconds = Math.max(0, ...partitions.map(({ lagSeconds }) => lagSeconds));
  return Math.round(seconds * 10) / 10;
}

/** A table, and below it why those that failed did. */
export function statusesInWords(statuses: readonly ProjectionStatus[]): string {
  const failures = statuses.flatMap(({ name, failure }) =>
    failure ? [`\n${styleText('red', name)} stopped at ${placeOf(failure)}: ${plain(failure.error)}`] : [],
  );
  return [table(statuses, STATUSES), ...failures].join('\n');
}

const placeOf = ({ type, eventId, stream, revision }: Failure): string =>
  `${type} ${eventId} (${plain(stream)}, revision ${revision})`;

export const FAILURES: readonly Column<Failure>[] = [
  { heading: 'EVENT', cell: ({ eventId }) => eventId },
  { heading: 'TYPE', cell: ({ type }) => type },
  { heading: 'STREAM', cell: ({ stream }) => stream },
  { heading: 'ERROR', cell: ({ error }) => error },
];

export const SKIPS: readonly Column<Skip>[] = [
  { heading: 'EVENT', cell: ({ failure }) => failure.eventId },
  { heading: 'TYPE', cell: ({ failure }) => failure.type },
  { heading: 'STREAM', cell: ({ failure }) => failure.stream },
  { heading: 'REASON', cell: ({ reason }) => reason },
  { heading: 'BY', cell: ({ by }) => by },
  { heading: 'AT', cell: ({ at }) => at },
];

/** A tenant, and the read model that leaves it out. */
interface LeftOut extends QuarantinedTenant {
  readonly name: string;
}

export const LEFT_OUT: readonly Column<LeftOut>[] = [
  { heading: 'READ MODEL', cell: ({ name }) => name },
  { heading: 'TENANT', cell: ({ tenant }) => tenant },
  { heading: 'STATE', cell: ({ state }) => state, style: ({ state }) => (state === 'failed' ? 'red' : 'yellow') },
  { heading: 'STOPPED AT', cell: ({ failure }) => (failure ? placeOf(failure) : '') },
  { heading: 'ERROR', cell: ({ failure }) => failure?.error ?? '' },
];
