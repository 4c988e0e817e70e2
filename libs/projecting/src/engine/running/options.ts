import type { EventCodec, EventStore } from '@yoyaku/eventing';
import type { Pool } from 'pg';
import type { AnyProjection } from '../../projection';
import type { EventSource } from './event-source';

/** What read models are made from, and where: whoever follows, rebuilds or verifies them needs these. */
export interface ReadModelOptions {
  readonly projections: readonly AnyProjection[];
  readonly partitions: number;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
}

/** For those who fill new tables from the beginning of the store. */
export interface FillOptions extends Omit<ReadModelOptions, 'eventStore' | 'codec'> {
  readonly source: EventSource;
}
