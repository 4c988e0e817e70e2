import type { EventCodec, EventStore } from '@yoyaku/eventing';
import type { Pool } from 'pg';
import type { AnyProjection } from '../../projection';
import type { EventSource } from './event-source';

/** Connections that are needed to follow, rebuild or verify read models. */
export interface ReadModelOptions {
  readonly projections: readonly AnyProjection[];
  readonly partitions: number;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
}

/** For filling new tables from the beginning of the store. */
export interface FillOptions extends Omit<ReadModelOptions, 'eventStore' | 'codec'> {
  readonly source: EventSource;
}
