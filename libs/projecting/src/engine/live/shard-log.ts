import type { ProjectorLog } from '../running/log';
import type { RunnerOptions } from '../running/runner';

type ShardEvents = Pick<RunnerOptions, 'onFailure' | 'onUnreadable' | 'onFault'>;

/** Writes to the log why shards stop, each event that needs a newer build once. */
export function shardLog(log: ProjectorLog): ShardEvents {
  const unreadable = new Set<string>();
  return {
    onFailure: ({ projection, partition }, failure, { event }, party) => {
      const { tenantId: tenant, correlationId, causationId } = event;
      const about = { projection: projection.name, partition, tenant, correlationId, causationId, failure };
      log.error(about, party === undefined ? 'A partition stopped' : 'A tenant stopped');
    },
    onUnreadable: ({ projection, partition }, event) => {
      if (unreadable.has(event.eventId)) return;
      unreadable.add(event.eventId);
      log.warn({ projection: projection.name, partition, event }, 'An event needs a newer build');
    },
    onFault: ({ projection, partition }, err) =>
      log.error({ projection: projection.name, partition, err }, 'A partition begins anew after a fault'),
  };
}
