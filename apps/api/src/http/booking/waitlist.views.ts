import { ApiProperty } from '@nestjs/swagger';
import type { WaitlistRow } from '@projections/booking';
import { entryOf, type Joined, placeOf, WAITLIST_STATUSES, type WaitlistEntry } from '@yoyaku/booking';
import { LEAVE_REASONS } from '@yoyaku/booking/events';
import type { Money, Uuid } from '@yoyaku/kernel';
import { MoneyView, PageOf, VersionedView, versionOf } from '../conventions';

class HeldTimeView {
  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ format: 'date-time' })
  end: string;

  @ApiProperty({ type: [String], format: 'uuid' })
  resourceIds: readonly Uuid[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  locationId: Uuid | null;

  @ApiProperty({ type: MoneyView, description: 'For the whole party' })
  price: Money;

  @ApiProperty({ format: 'date-time', description: 'Until then it is held' })
  expiresAt: string;
}

/** Its revision is that of the line. */
export class WaitlistEntryView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  serviceId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  customerId: Uuid;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user whose it is' })
  userId: Uuid | null;

  @ApiProperty({ format: 'date' })
  from: string;

  @ApiProperty({ format: 'date' })
  to: string;

  @ApiProperty()
  partySize: number;

  @ApiProperty({ type: [String], format: 'uuid' })
  resourceIds: readonly Uuid[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  locationId: Uuid | null;

  @ApiProperty({ enum: WAITLIST_STATUSES })
  status: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'In the line; 1 is the first. Null: waits no more' })
  place: number | null;

  @ApiProperty({ enum: LEAVE_REASONS, type: String, nullable: true, description: 'Why it was removed' })
  reason: string | null;

  @ApiProperty({ type: HeldTimeView, nullable: true, description: 'The time that is held' })
  offer: HeldTimeView | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The booking that came of it' })
  bookingId: Uuid | null;
}

export class WaitlistPage extends PageOf(WaitlistEntryView) {}

/** An entry right after a command. Throws `waitlist.ended` where the line has forgotten it. */
export function entryView({ entryId, line }: Joined): WaitlistEntryView {
  const { state } = line;
  const entry = entryOf(state, entryId);
  const { customerId, userId, from, to, partySize, resourceIds, locationId, status } = entry;
  return {
    ...versionOf(line),
    id: entryId,
    createdAt: entry.joinedAt,
    updatedAt: entry.changedAt,
    businessId: state.businessId as Uuid,
    serviceId: state.serviceId as Uuid,
    customerId,
    userId,
    from,
    to,
    partySize,
    resourceIds,
    locationId,
    status,
    place: placeOf(state, entryId),
    reason: entry.status === 'removed' ? entry.reason : null,
    offer: offerOf(entry),
    bookingId: status === 'accepted' ? entryId : null,
  };
}

function offerOf(entry: WaitlistEntry): HeldTimeView | null {
  if (entry.status !== 'offered') return null;
  const { start, end, resourceIds, locationId, price, expiresAt } = entry.offer;
  return { start, end, resourceIds, locationId, price, expiresAt };
}

export const entryRowView = ({ fromDate, toDate, number: _, ...row }: WaitlistRow): WaitlistEntryView => ({
  ...row,
  from: fromDate,
  to: toDate,
  bookingId: row.status === 'accepted' ? row.id : null,
});
