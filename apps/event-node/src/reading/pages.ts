import type { EventLog, Page, PageLimit } from '../store/event-log';
import type { StreamReader } from '../store/stream-reader';
import type { Order, ReadFrom } from '../wire/read-request';

/** Limits of what a reader holds in memory: of large events only a few at a time. */
export const PAGE: PageLimit = { events: 256, bytes: 1024 * 1024 };

/** The log as it is now, page by page. Forwards from a position it is included, backwards it is not. */
export function* pagesOfAll(log: EventLog, from: ReadFrom, order: Order, limit: PageLimit): Generator<Page> {
  const { end } = log;
  let next = from === 'start' ? 0 : from === 'end' ? end : Math.min(from, end);
  for (;;) {
    const page = order === 'forwards' ? log.readForwards(next, end, limit) : log.readBackwards(next, limit);
    yield page;
    if (page.atEnd) return;
    next = order === 'forwards' ? page.keys.at(-1)! + 1 : page.keys.at(-1)!;
  }
}

/** A stream as it is now, page by page, from a revision on, which is included. */
export function* pagesOfStream(
  reader: StreamReader,
  stream: string,
  from: ReadFrom,
  order: Order,
  limit: PageLimit,
): Generator<Page> {
  const last = reader.lastRevision(stream);
  const range = { first: 0, last };
  if (order === 'forwards') range.first = from === 'start' ? 0 : from === 'end' ? last + 1 : from;
  else range.last = from === 'start' ? 0 : from === 'end' ? last : from;
  for (;;) {
    const page = reader.read(stream, range, order, limit);
    yield page;
    if (page.atEnd) return;
    if (order === 'forwards') range.first = page.keys.at(-1)! + 1;
    else range.last = page.keys.at(-1)! - 1;
  }
}
