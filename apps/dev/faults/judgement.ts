import { type StoredEvent } from '@yoyaku/eventing';
import { type HistoryMark, verifyHistory } from '@yoyaku/platform';
import { type Client, problemOf } from './client';
import { coursesOf } from './course';
import { judgeEffects, lostPositions } from './effects';
import { type Replayed, repeatsIn, replay } from './history';
import { Moments } from './moments';
import type { OfferedService } from './offers';
import { staleReadings, wrongAnswers } from './readings';
import { unexplained } from './refusals';

/** All that clients were told. */
export type Told = Pick<Client, 'decided' | 'unsure' | 'readings'>;

/** What must be known besides, to judge by. */
export interface Circumstances {
  readonly businessId: string;
  readonly services: readonly OfferedService[];
  /** The position of the last event before the first command. */
  readonly openedAt: bigint;
  /** What history was at moments of the run. */
  readonly marks: readonly HistoryMark[];
}

/** Something that must be true, with what speaks against it, and with what was looked at. */
interface Judged {
  readonly name: string;
  readonly findings: readonly string[];
  readonly facts: string;
}

/** Holds the whole history against what clients were told, and against what was seen of it before. */
export async function judgeHistory(
  { decided, unsure, readings }: Told,
  all: readonly StoredEvent[],
  { businessId, services, openedAt, marks }: Circumstances,
): Promise<{ readonly judged: readonly Judged[]; readonly replayed: Replayed }> {
  const events = all.filter(({ metadata }) => metadata.tenantId === businessId);
  const replayed = replay(events);
  const courses = coursesOf(events);
  const moments = new Moments(decided, courses.made);
  const asked = { ...courses, done: courses.done.filter(({ event }) => event.position > openedAt) };
  const { findings, effects, doneUnheard } = judgeEffects(decided, unsure, asked, moments);
  const bookings = replayed.courses;
  const codes = Object.entries(
    Object.groupBy(
      decided.flatMap(({ answer }) => problemOf(answer) ?? []),
      (code) => code,
    ),
  );
  const { streams, brokenAt, lostBefore } = await verifyHistory(iterate(all), { expected: marks });
  const judged: Judged[] = [
    {
      name: 'one order explains every command: done once if so told, unheard at most once',
      findings: [...findings, ...lostPositions(decided, all)],
      facts: `${decided.length} told, ${unsure.length} unheard, of which ${doneUnheard} were done`,
    },
    {
      name: 'every refusal was true',
      findings: unexplained(decided, { services, events, courses, bookings, moments }),
      facts: codes.map(([code, all]) => `${code} ${all?.length} times`).join(', '),
    },
    {
      name: 'every answer and reading shows what was so, and nothing older than was waited for',
      findings: [...wrongAnswers(decided, effects, bookings, moments), ...staleReadings(readings, bookings, moments)],
      facts: `${readings.length} readings`,
    },
    {
      name: 'no two bookings or blocks of a resource overlapped at any time',
      findings: replayed.overlaps,
      facts: `${events.filter(({ type }) => type === 'SlotReserved' || type === 'TimeBlocked').length} reservations`,
    },
    {
      name: "every active booking's slot stood in its calendars all the time",
      findings: replayed.unheld,
      facts: `${replayed.bookings.size} bookings`,
    },
    {
      name: 'no hold is left without its booking',
      findings: replayed.orphans,
      facts: `${replayed.holds.length} holds`,
    },
    {
      name: 'hash chains are whole, and lead through all that was seen before',
      findings: [
        ...(brokenAt ? [`broken at revision ${brokenAt.revision} of ${brokenAt.stream}`] : []),
        ...(lostBefore ? [`at position ${lostBefore.position} it is no longer what it was`] : []),
      ],
      facts: `${all.length} events in ${streams} streams, through ${marks.length} marks`,
    },
    { name: 'no event stands twice', findings: repeatsIn(all), facts: `${all.length} events` },
  ];
  return { judged, replayed };
}

async function* iterate<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}
