import type { Versioned } from '@yoyaku/eventing';
import { tagOf } from '../views/entity-tag';
import type { VersionedView } from '../views/versioned-view';

/**
 * A body, or none, with its own status and headers. What is not an `Answer` goes out as Nest would send it.
 */
export class Answer<Body = undefined> {
  constructor(
    readonly status: number,
    readonly body: Body,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

type Stored = Pick<Versioned<unknown>, 'revision' | 'position'>;

const versionHeaders = ({ revision, position }: Stored, body?: unknown) => ({
  etag: tagOf(revision, body),
  'x-event-position': String(position),
});

/** 200 with the resource after the command: `ETag` as the query of it has it, `X-Event-Position` where it stands. */
export const result = <Body>(outcome: Stored, body: Body): Answer<Body> =>
  new Answer(200, body, versionHeaders(outcome, body));

/** 201 with the new resource and its `Location`, a path below `/api/v1`: `created(outcome, body, \`/bookings/\${id}\`)`. */
export const created = <Body>(outcome: Stored, body: Body, location: string): Answer<Body> =>
  new Answer(201, body, { ...versionHeaders(outcome, body), location: `/api/v1${location}` });

/**
 * 200 with a part of a resource: `ETag` begins with the resource's revision, so that a command on that part can be made
 * conditional.
 */
export const partOf = <Body>({ revision }: Pick<VersionedView, 'revision'>, body: Body): Answer<Body> =>
  new Answer(200, body, { etag: tagOf(revision, body) });

/** 204 after a command that leaves nothing to show. */
export const done = (outcome: Stored): Answer => new Answer(204, undefined, versionHeaders(outcome));
