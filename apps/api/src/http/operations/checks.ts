import { connect } from 'node:net';
import { ApiProperty } from '@nestjs/swagger';
import { type EventStoreDb, EventStoreDenied, type PostgresSubjectKeys } from '@yoyaku/eventing';
import { denialOf } from '@yoyaku/postgres';
import { isReadModelMissing, type ProjectionAdmin, type ProjectionStatus, type ReadingPath } from '@yoyaku/projecting';

export class Check {
  @ApiProperty({ enum: ['up', 'down'] })
  status: 'up' | 'down';

  @ApiProperty({ description: 'How long the answer took, in milliseconds' })
  ms: number;

  @ApiProperty({ required: false, description: 'What is wrong' })
  reason?: string;

  @ApiProperty({ required: false, enum: ['nats', 'store'], description: 'Which way events come to the read models' })
  path?: ReadingPath;

  @ApiProperty({ required: false, description: 'Whether a relay brings events to NATS' })
  relaying?: boolean;
}

type Details = Pick<Check, 'path' | 'relaying'>;

/** Looks at something that this process needs; throws when it is away, or {@link Unfit}. */
export type Look = () => Promise<Details>;

/** It answers, but not as it should. */
class Unfit extends Error {
  constructor(
    reason: string,
    readonly details: Details = {},
  ) {
    super(reason);
  }
}

const PATIENCE_MS = 2_000;

/** Whether it answers in time, and as it should. */
export async function check(look: Look): Promise<Check> {
  const started = performance.now();
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const tooLate = new Promise<never>((_, reject) => patience.addEventListener('abort', reject));
  const found = await Promise.race([look(), tooLate]).then(
    (details) => ({ status: 'up' as const, ...details }),
    (error) => ({ status: 'down' as const, ...wrong(error) }),
  );
  return { ...found, ms: Math.round(performance.now() - started) };
}

/** No more of an error than its code; what it says may name hosts and users. */
function wrong(error: unknown): Details & { reason: string } {
  if (error instanceof Unfit) return { reason: error.message, ...error.details };
  if (isReadModelMissing(error)) return { reason: 'missing' };
  const denial = error instanceof EventStoreDenied ? 'access denied' : denialOf(error);
  if (denial) return { reason: denial };
  const { code } = error as { readonly code?: unknown };
  return { reason: typeof code === 'string' ? code : 'no answer' };
}

/** All of them are there, of the version that this build knows, and go on. */
export const readModels =
  (admin: ProjectionAdmin): Look =>
  async () => {
    const [all, missing] = await Promise.all([admin.list(), admin.missing()]);
    if (all.length === 0) throw new Unfit('missing');
    const named = (wanted: (one: ProjectionStatus) => boolean) => all.filter(wanted).map(({ name }) => name);
    const first = named(({ partitions }) => partitions.length === 0);
    const problems = Object.entries({
      missing: missing.filter((name) => !first.includes(name)),
      'being built': first,
      failed: all.flatMap(stopped),
      'a newer build is needed': named(({ partitions }) => partitions.some(({ unreadable }) => unreadable)),
      'changed without a new version': named(({ definition }) => definition === 'changed'),
    }).flatMap(([problem, names]) => (names.length > 0 ? `${problem}: ${names.join(', ')}` : []));
    if (problems.length > 0) throw new Unfit(problems.join('; '));
    return {};
  };

/**
 * What stopped of it: all of it, or tenants, each with its event and the kind of error. Health is public, and an error's
 * text may hold what the event says: that is for admins to see.
 */
function stopped({ name, state, quarantined, partitions }: ProjectionStatus): string[] {
  if (state !== 'failed') return [];
  const tenants = quarantined.flatMap(({ tenant, failure }) =>
    failure ? `${name} for ${tenant} at ${failure.type} ${failure.eventId} (${failure.error.split(':', 1)})` : [],
  );
  return [
    ...(partitions.some(({ state }) => state === 'failed') ? [name] : []),
    ...tenants.slice(0, SHOWN),
    ...(tenants.length > SHOWN ? [`${name} for ${tenants.length - SHOWN} more`] : []),
  ];
}

/** Of tenants that stopped, so many are named of each read model. */
const SHOWN = 3;

/** What is personal can be read here. */
export const masterKey =
  (keys: Pick<PostgresSubjectKeys, 'lacksMasterKey'>): Look =>
  async () => {
    if (await keys.lacksMasterKey()) throw new Unfit('a master key is not given');
    return {};
  };

/** Commands can be carried out, as far as the last ones tell. */
export const writes =
  (store: Pick<EventStoreDb, 'takesWrites' | 'deniesWrites'>): Look =>
  async () => {
    if (store.deniesWrites) throw new Unfit('access denied');
    if (!store.takesWrites) throw new Unfit('the event store takes no writes');
    return {};
  };

/** Projectors run, and events come to them over NATS, where there is one. */
export const comingEvents =
  (admin: ProjectionAdmin, overNats: boolean): Look =>
  async () => {
    const { projectors, relay } = await admin.reading();
    const relaying = relay !== null;
    if (projectors.nats + projectors.store === 0) throw new Unfit('no projector runs', { relaying });
    const details = { path: projectors.store > 0 ? 'store' : 'nats', relaying } as const;
    if (overNats && details.path === 'store') throw new Unfit('they follow the event store directly', details);
    if (overNats && !relaying) throw new Unfit('no relay runs', details);
    return details;
  };

/** A NATS server greets whoever connects. */
export const nats =
  (url: string): Look =>
  async () => {
    const { hostname, port } = new URL(url.split(',')[0] as string);
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port || 4222), timeout: PATIENCE_MS });
      socket.once('data', () => resolve());
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error('timeout')));
      socket.once('close', () => reject(new Error('closed')));
      socket.once('data', () => socket.destroy());
    });
    return {};
  };
