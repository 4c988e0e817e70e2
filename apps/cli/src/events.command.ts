import type { EventStoreDb, StoredEvent } from '@yoyaku/eventing';
import { DomainError, PLATFORM, uuid } from '@yoyaku/kernel';
import { Command, InvalidArgumentError } from 'commander';
import type { Environment } from './environment';
import { storedInWords } from './event-in-words';
import type { Output } from './output/output';
import { table } from './output/table';

const position = (text: string): bigint => {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('A position is a whole number.');
  return BigInt(text);
};

const count = (text: string): number => {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('A count is a whole number above zero.');
  return Number(text);
};

const tenant = (text: string): string => {
  if (text === PLATFORM) return text;
  try {
    return uuid(text);
  } catch {
    throw new InvalidArgumentError(`A tenant is a business’s id, or ${PLATFORM}.`);
  }
};

interface Selection {
  readonly from?: bigint;
  readonly category?: readonly string[];
  readonly type?: readonly string[];
  readonly tenant?: string;
}

const selecting = (command: Command): Command =>
  command
    .option('--from <position>', 'only what comes after this position', position)
    .option('--category <names...>', 'only streams of these categories')
    .option('--type <names...>', 'only events of these types')
    .option('--tenant <id>', 'only events of this business, or `platform`', tenant);

const selects =
  ({ category, type, tenant }: Selection) =>
  (event: StoredEvent): boolean =>
    (!category || category.some((name) => event.stream.startsWith(`${name}-`))) &&
    (!type || type.includes(event.type)) &&
    (!tenant || event.metadata.tenantId === tenant);

/** Throws `audit.position_not_reached`: a position that history does not come to is mistyped, or of another store. */
async function ensureReached(store: EventStoreDb, { from = 0n }: Selection): Promise<void> {
  const head = await store.head();
  if (from > head) throw new DomainError('audit.position_not_reached', { head, position: from });
}

export const eventsCommand = (environment: Environment, output: Output): Command =>
  new Command('events')
    .description('the stored events, in order')
    .addCommand(
      selecting(new Command('read'))
        .description('prints events as they are stored, personal data sealed')
        .option('--limit <count>', 'at most so many', count)
        .action(async ({ limit = Number.POSITIVE_INFINITY, ...selection }: Selection & { limit?: number }) => {
          let left = limit;
          const store = environment.eventStore();
          await ensureReached(store, selection);
          for await (const event of store.readAll({ after: selection.from })) {
            if (!selects(selection)(event)) continue;
            await output.print(event, storedInWords);
            left -= 1;
            if (left <= 0) return;
          }
        }),
    )
    .addCommand(
      selecting(new Command('tail'))
        .description('prints events as they come, until interrupted')
        .action(async (selection: Selection) => {
          const interrupted = new AbortController();
          process.once('SIGINT', () => interrupted.abort());
          const { signal } = interrupted;
          const store = environment.eventStore();
          await ensureReached(store, selection);
          const events = store.subscribeToAll({ after: selection.from ?? 'end', signal });
          for await (const event of events) {
            if (selects(selection)(event)) await output.print(event, storedInWords);
          }
        }),
    )
    .addCommand(
      selecting(new Command('count'))
        .description('counts events by type')
        .action(async (selection: Selection) => {
          const counts = new Map<string, number>();
          const store = environment.eventStore();
          await ensureReached(store, selection);
          for await (const event of store.readAll({ after: selection.from })) {
            if (selects(selection)(event)) counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
          }
          const byType = [...counts].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count);
          const total = byType.reduce((sum, { count }) => sum + count, 0);
          await output.print({ total, byType }, () =>
            table(
              [...byType, { type: 'in all', count: total }],
              [
                { heading: 'TYPE', cell: ({ type }) => type },
                { heading: 'EVENTS', cell: ({ count }) => count },
              ],
            ),
          );
        }),
    );
