import { ApiProperty, PickType } from '@nestjs/swagger';
import type { CustomerRow } from '@projections/customers';
import { CHANNELS, type KnownCustomer, STANDINGS } from '@yoyaku/customers';
import type { Channel } from '@yoyaku/customers/events';
import type { LocalDate, Money, Uuid } from '@yoyaku/kernel';
import { MoneyView, PageOf, type Shown, VersionedView, versionOf } from '../conventions';

export class OwnProfileView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user that the customer is' })
  userId: Uuid | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null once erased' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true })
  email: string | null;

  @ApiProperty({ type: String, nullable: true })
  phone: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  birthday: LocalDate | null;

  @ApiProperty({ type: String, nullable: true })
  locale: string | null;

  @ApiProperty({ isArray: true, enum: CHANNELS })
  consents: readonly Channel[];
}

export class RecordedCustomerView extends OwnProfileView {
  @ApiProperty({ enum: [...STANDINGS, 'deleted', 'erased'] })
  status: string;

  @ApiProperty({ type: String, nullable: true })
  blockReason: string | null;

  @ApiProperty({ type: [String] })
  tags: readonly string[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  assignedTo: Uuid | null;
}

/** With what the bookings came to, as far as read models know; that alone changes no revision. */
export class CustomerView extends RecordedCustomerView {
  @ApiProperty({ description: 'Ever asked for' })
  bookings: number;

  @ApiProperty()
  completed: number;

  @ApiProperty()
  cancelled: number;

  @ApiProperty()
  noShows: number;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'For completed visits; null before the first' })
  spent: Money | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastVisitAt: string | null;
}

/** A customer beside what names them: what the customer sees too. */
export class CustomerSummary extends PickType(OwnProfileView, ['id', 'name', 'email', 'phone']) {}

class TimelineEntryView {
  @ApiProperty({ type: String, format: 'uuid', description: 'The event’s' })
  id: Uuid;

  @ApiProperty({ description: 'In the store; later is more' })
  position: number;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ example: 'BookingRequested', description: 'The event’s type' })
  type: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the event says, without personal data',
  })
  detail: Readonly<Record<string, unknown>>;
}

export class TimelinePage extends PageOf(TimelineEntryView) {}

export class CustomerPage extends PageOf(CustomerView) {}

/** What was written down of a customer. One that was removed and has come again is as old as that. */
export function recordOf(outcome: Shown<KnownCustomer>): RecordedCustomerView {
  const { customerId: _, linkOfferedTo: __, wasBlocked: ___, ...customer } = { wasBlocked: false, ...outcome.known };
  return { ...customer, ...versionOf(outcome), createdAt: outcome.known.createdAt };
}

/** A customer right after a command, with what the bookings came to as it was known before. */
export const viewOf = (outcome: Shown<KnownCustomer>, before: CustomerRow | undefined): CustomerView => ({
  ...recordOf(outcome),
  ...bookingsOf(before ?? UNTRIED),
});

export function rowView(row: CustomerRow): CustomerView {
  const { currency: _, lastVisits: __, ...customer } = row;
  return { ...customer, ...bookingsOf(row) };
}

type Tried = Pick<
  CustomerRow,
  'bookings' | 'completed' | 'cancelled' | 'noShows' | 'spent' | 'currency' | 'lastVisitAt'
>;

const UNTRIED: Tried = {
  bookings: 0,
  completed: 0,
  cancelled: 0,
  noShows: 0,
  spent: 0,
  currency: null,
  lastVisitAt: null,
};

const bookingsOf = ({ bookings, completed, cancelled, noShows, spent, currency, lastVisitAt }: Tried) => ({
  bookings,
  completed,
  cancelled,
  noShows,
  spent: currency === null ? null : { amount: spent, currency },
  lastVisitAt,
});

/** What customers see of themselves. */
export const profileOf = ({
  id,
  businessId,
  userId,
  name,
  email,
  phone,
  birthday,
  locale,
  consents,
  revision,
  createdAt,
  updatedAt,
}: OwnProfileView): OwnProfileView => ({
  id,
  businessId,
  userId,
  name,
  email,
  phone,
  birthday,
  locale,
  consents,
  revision,
  createdAt,
  updatedAt,
});

export const customerSummary = ({ id, name, email, phone }: CustomerRow): CustomerSummary => ({
  id,
  name,
  email,
  phone,
});
