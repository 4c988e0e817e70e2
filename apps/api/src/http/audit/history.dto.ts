import type { Instant, Uuid } from '@yoyaku/kernel';
import { Transform } from 'class-transformer';
import { Flag, Id, idIn, Text, Timestamp } from '../conventions';

const NAME = /^[A-Za-z][A-Za-z_-]*$/;

export class EventsQuery {
  @Text({ optional: true, max: 19, pattern: /^\d+$/, description: 'Only what comes after this commit position' })
  from?: string;

  @Text({ optional: true, max: 64, pattern: NAME, description: 'Only streams of this category' })
  category?: string;

  @Text({ optional: true, max: 64, pattern: NAME, description: 'Only events of this type' })
  type?: string;

  @Text({ optional: true, max: 64, description: 'Only events of this business, or `platform`' })
  @Transform(({ value }) => idIn(value) ?? value)
  tenantId?: string;

  @Id({ optional: true, description: 'Only what this user did' })
  actorId?: Uuid;

  @Timestamp({ optional: true, description: 'Only what occurred then or later' })
  since?: Instant;

  @Timestamp({ optional: true, description: 'Only what occurred before' })
  until?: Instant;

  @Flag({ optional: true, description: 'Go on with what is appended, until the client leaves' })
  follow?: boolean;

  @Flag({ optional: true, description: 'Personal data in clear; for platform admins. Each use is recorded' })
  decrypt?: boolean;
}

export class StateQuery {
  @Timestamp({ description: 'The moment to look at' })
  at: Instant;
}
