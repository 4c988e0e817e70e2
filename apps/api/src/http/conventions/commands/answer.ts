import type { Versioned } from '@yoyaku/eventing';
import { tagOf, type VersionedView } from '../views/versioned-view';

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

const versionHeaders = ({ revision, position }: Stored) => ({
  etag: tagOf(revision),
  'x-event-position': String(position),
});

/** 200 with the resource after the command; `ETag` is its stream's revision, `X-Event-Position` where it stands. */
export const result = <Body>(outcome: Stored, body: Body): Answer<Body> =>
  new Answer(200, body, versionHeaders(outcome));

/** 201 with the new resource and its `Location`, a path below `/api/v1`: `created(outcome, body, \`/bookings/\${id}\`)`. */
export const created = <Body>(outcome: Stored, body: Body, location: string): Answer<Body> =>
  new Answer(201, body, { ...versionHeaders(outcome), location: `/api/v1${location}` });

/** 200 with a part of a resource: `ETag` is the resource's, so that a command on that part can be made conditional. */
export const partOf = <Body>({ revision }: Pick<VersionedView, 'revision'>, body: Body): Answer<Body> =>
  new Answer(200, body, { etag: tagOf(revision) });

/** 200 with a resource of which who asks is shown more than others are, under the same tag: nobody may keep it. */
export const fuller = <View extends VersionedView>(view: View): Answer<View> =>
  new Answer(200, view, { etag: tagOf(view.revision), 'cache-control': 'no-store' });

/** 204 after a command that leaves nothing to show. */
export const done = (outcome: Stored): Answer => new Answer(204, undefined, versionHeaders(outcome));
