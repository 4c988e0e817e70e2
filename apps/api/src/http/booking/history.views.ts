import { ApiProperty } from '@nestjs/swagger';
import type { BookingHistoryRow } from '@projections/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import type { Uuid } from '@yoyaku/kernel';
import { KEY_ROLE, PageOf } from '../conventions';

class ActorView {
  @ApiProperty({ type: String, nullable: true })
  id: string | null;

  @ApiProperty()
  role: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of an API key, whose role is `api_key`; null of people' })
  name: string | null;
}

class HistoryItem {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'BookingRescheduled' })
  type: string;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ type: ActorView })
  actor: ActorView;

  @ApiProperty({ description: 'Place of the event among the booking’s' })
  revision: number;

  @ApiProperty({ type: Object, additionalProperties: true })
  data: Readonly<Record<string, unknown>>;
}

export class HistoryPage extends PageOf(HistoryItem) {}

/** @param names of API keys, by their ids */
export const historyItem = (row: BookingHistoryRow, names: ReadonlyMap<string, string>): HistoryItem => {
  const { kind: _, bookingId: __, position: ___, actor, ...item } = row;
  return { ...item, actor: { ...actor, name: names.get(actor.id ?? '') ?? null } };
};

/** The API keys among those who did something. */
export const keysIn = (rows: readonly BookingHistoryRow[]): string[] =>
  rows.flatMap(({ actor: { id, role } }) => (role === KEY_ROLE && id ? id : []));

/** How the product works, not what happened to the booking; and what is the business's own matter. */
export const UNSEEN: readonly BookingEvent['type'][] = [
  'BookingAbandoned',
  'BookingHoldForfeited',
  'AttentionRaised',
  'AttentionCleared',
];

/** What the business is judged by, and what it let pass for once, and what keeps calendars right. */
const INTERNAL: ReadonlySet<string> = new Set(['holdId', 'overridden', 'terms']);

/** As its customer sees it: without that, and without the ids and names of the business's people and machines. */
export const forCustomer = (item: HistoryItem, { userId }: { readonly userId: Uuid }): HistoryItem => ({
  ...item,
  actor: { ...item.actor, id: item.actor.id === userId ? userId : null, name: null },
  data: JSON.parse(JSON.stringify(item.data, (key, value) => (INTERNAL.has(key) ? undefined : value))),
});
