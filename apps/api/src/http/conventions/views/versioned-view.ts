import { ApiProperty } from '@nestjs/swagger';
import type { Versioned } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';

/** What the view of every resource begins with. */
export class VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: Uuid;

  @ApiProperty({
    type: 'integer',
    description:
      'What `If-Match` compares to: the `ETag` begins with it, and it may be given alone, in quotation marks',
  })
  revision: number;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: Instant;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt: Instant;
}

/** What a view is made of: the state of a thing that is there, and of which revision that is. */
export type Shown<Known> = Pick<Versioned<Known>, 'id' | 'revision' | 'createdAt' | 'updatedAt' | 'known'>;

/** What a {@link VersionedView} begins with, for a view of a whole aggregate. */
export const versionOf = ({ id, revision, createdAt, updatedAt }: Omit<Shown<unknown>, 'known'>): VersionedView => ({
  id: id as Uuid,
  revision,
  // A command that shows something has left something.
  createdAt: createdAt as Instant,
  updatedAt: updatedAt as Instant,
});

/** Whether this is one resource, and says of which revision. */
export const isVersioned = (body: unknown): body is VersionedView =>
  typeof body === 'object' && body !== null && 'revision' in body && 'createdAt' in body && 'updatedAt' in body;
