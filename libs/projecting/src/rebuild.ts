import type { Uuid } from '@yoyaku/kernel';
import { tryHolding } from '@yoyaku/postgres';
import { Build } from './engine/rebuild/build';
import { lockOf, openRebuilds, subjectsOf } from './engine/rebuild/rebuild-requests';
import { EventSource } from './engine/running/event-source';
import type { ProjectorLog } from './engine/running/log';
import type { ReadModelOptions } from './engine/running/options';

export interface RebuildOptions extends ReadModelOptions {
  readonly log: ProjectorLog;
}

/**
 * Does a rebuild that was asked for, from where an earlier attempt has left it, unless another process is at it. Resolves
 * when it is over, whatever came of it, or `signal` aborts: then it can be taken up again.
 */
export async function runRebuild(options: RebuildOptions, id: Uuid, signal: AbortSignal): Promise<void> {
  const { databaseUrl, pool, log, eventStore, codec, partitions } = options;
  const request = (await openRebuilds(pool)).find((one) => one.id === id);
  if (!request) return;
  const projections = subjectsOf(request.definitions, options.projections);
  const facts = { rebuild: id, projections: projections.map(({ name }) => name) };
  const source = new EventSource({ eventStore, codec, partitions, check: () => pool.query('select') });
  await tryHolding({ url: databaseUrl, lock: lockOf(id), signal }, async (held) => {
    log.info(facts, 'Rebuilding');
    const onRetry = (err: unknown) => log.warn({ ...facts, err }, 'The rebuild waits');
    const build = new Build({ id, projections, partitions, databaseUrl, pool, source, onRetry });
    const done = await build.run(held);
    if (done) log.info(facts, 'Rebuilt');
    else log.warn(facts, 'The rebuild ended without taking its place');
  });
}
