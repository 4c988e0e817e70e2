import { ApiProperty, IntersectionType, OmitType } from '@nestjs/swagger';
import type { BookingRow } from '@projections/booking';
import type { Scope } from '@yoyaku/access';
import {
  type AgendaState,
  type BookingStatus,
  type CheckInCodes,
  feeForCancelling,
  freeUntil,
  type MadeBooking,
  type Party,
  type PlannedAppointment,
} from '@yoyaku/booking';
import { ATTENTION_REASONS, type Attention, type PendingFor } from '@yoyaku/booking/events';
import type { CommandContext } from '@yoyaku/eventing';
import { DomainError, now, type Uuid, zero } from '@yoyaku/kernel';
import { BusinessSummary } from '../business/business.views';
import { ResourceSummary } from '../catalog/resource.views';
import { ServiceSummary } from '../catalog/service.views';
import { AffectedView, MoneyView, PageOf, type Shown, VersionedView, versionOf } from '../conventions';
import { CustomerSummary } from '../customers/customer.views';
import { type FeeQuery, STATUSES } from './bookings.dto';

const PENDING_FOR = ['approval', 'deposit'] as const satisfies readonly PendingFor[];

/** What takes the place of ids where it is asked for: an appointment has none of them. */
const EXPANDED_MEMBERS = ['service', 'resources', 'customer', 'business'] as const;

const EXPANDED = 'Where `expand` asks for it; nothing that who asks is not shown';

class AttentionView {
  @ApiProperty({ enum: ATTENTION_REASONS, description: 'What leaves the booking without what it needs' })
  reason: string;

  @ApiProperty({ format: 'date-time', description: 'When that was noticed' })
  at: string;
}

/** The revision of a private appointment is that of its user's agenda. */
export class BookingView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: a private appointment' })
  businessId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  serviceId: string | null;

  @ApiProperty({ type: String, nullable: true })
  serviceName: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a private appointment' })
  title: string | null;

  @ApiProperty({ type: [String], format: 'uuid' })
  resourceIds: readonly string[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: at none in particular' })
  locationId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  customerId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user whose booking it is' })
  userId: string | null;

  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ format: 'date-time' })
  end: string;

  @ApiProperty({ enum: STATUSES })
  status: string;

  @ApiProperty({ type: MoneyView, nullable: true })
  price: MoneyView | null;

  @ApiProperty()
  partySize: number;

  @ApiProperty({ type: String, nullable: true })
  note: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it lapses unless approved' })
  expiresAt: string | null;

  @ApiProperty({ enum: PENDING_FOR, isArray: true, description: 'What it waits for while it is pending' })
  pendingFor: readonly string[];

  @ApiProperty({ type: String, nullable: true, description: 'Why it was declined or cancelled' })
  reason: string | null;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'What that, or not coming, costs' })
  fee: MoneyView | null;

  @ApiProperty({ type: String, nullable: true, example: '042917', description: 'By this its customer checks in' })
  checkInCode: string | null;

  @ApiProperty({
    type: [AttentionView],
    required: false,
    description: 'Why it needs the attention of the business’s people, to whom alone this is shown',
  })
  attention?: readonly AttentionView[];

  @ApiProperty({ type: ServiceSummary, required: false, nullable: true, description: EXPANDED })
  service?: ServiceSummary | null;

  @ApiProperty({ type: [ResourceSummary], required: false, description: EXPANDED })
  resources?: readonly ResourceSummary[];

  @ApiProperty({ type: CustomerSummary, required: false, nullable: true, description: EXPANDED })
  customer?: CustomerSummary | null;

  @ApiProperty({ type: BusinessSummary, required: false, nullable: true, description: EXPANDED })
  business?: BusinessSummary | null;
}

export class FeePreview {
  @ApiProperty({ type: MoneyView, description: 'What cancelling costs' })
  fee: MoneyView;

  @ApiProperty({ format: 'date-time', description: 'Up to then its customer cancels, or moves it, free of charge' })
  freeUntil: string;
}

/** An appointment after a command, with the bookings that are with oneself then. */
export class PlannedView extends IntersectionType(
  OmitType(BookingView, ['attention', ...EXPANDED_MEMBERS]),
  AffectedView,
) {}

export class BookingPage extends PageOf(BookingView) {}

/** As whom somebody acts on a booking: as its customer, or for the business. */
export const partyOf = ({ scope }: Pick<CommandContext, 'scope'>): Party =>
  scope.as === 'self' ? 'customer' : 'business';

/** A service without requirements has a calendar of its own, which is no resource to those who read bookings. */
const withoutItself = (resourceIds: readonly Uuid[], serviceId: Uuid | null): readonly Uuid[] =>
  resourceIds.filter((id) => id !== serviceId);

/** What only the business's people are shown. */
const attentionView = (attention: readonly Attention[], scope: Scope): Pick<BookingView, 'attention'> =>
  scope.as === 'self' ? {} : { attention: attention.map(({ reason, at }) => ({ reason, at })) };

/** A booking right after a command, to who gave it. */
export function bookingView(outcome: Shown<MadeBooking>, codes: CheckInCodes, scope: Scope): BookingView {
  const booking = outcome.known;
  return {
    ...versionOf(outcome),
    businessId: booking.businessId,
    serviceId: booking.serviceId,
    serviceName: booking.serviceName,
    title: null,
    resourceIds: withoutItself(booking.resourceIds, booking.serviceId),
    locationId: booking.locationId,
    customerId: booking.customerId,
    userId: booking.userId,
    start: booking.start,
    end: booking.end,
    status: booking.status,
    price: booking.price,
    partySize: booking.partySize,
    note: booking.note,
    expiresAt: booking.expiresAt,
    pendingFor: booking.status === 'pending' ? booking.pendingFor : [],
    reason: booking.reason,
    fee: booking.fee,
    checkInCode: codes.of(booking.bookingId),
    ...attentionView(booking.attention, scope),
  };
}

/** An appointment after a command on its agenda. */
export const appointmentView = (
  { appointmentId: id, userId, title, start, end, createdAt, updatedAt }: PlannedAppointment,
  { revision }: Pick<Shown<AgendaState>, 'revision'>,
): BookingView => ({
  id,
  revision,
  createdAt,
  updatedAt,
  userId,
  title,
  start,
  end,
  status: 'confirmed',
  partySize: 1,
  resourceIds: [],
  locationId: null,
  businessId: null,
  serviceId: null,
  serviceName: null,
  customerId: null,
  price: null,
  note: null,
  expiresAt: null,
  pendingFor: [],
  reason: null,
  fee: null,
  checkInCode: null,
});

/** What cancelling would cost. Throws as cancelling would. */
export function feePreview(row: BookingRow, { by = 'customer', at = now() }: FeeQuery): FeePreview {
  const { price, terms, startsAt: start, endsAt: end, expiresAt } = row;
  if (!price || !terms) throw new DomainError('booking.not_found');
  const booking = { status: row.status as BookingStatus, start, end, terms, price, expiresAt, outcomeAt: null };
  return { fee: feeForCancelling(booking, { by, at }) ?? zero(price.currency), freeUntil: freeUntil(booking) };
}

export const rowView = (
  { kind, startsAt: start, endsAt: end, terms: _, attention, kept: __, ...row }: BookingRow,
  codes: CheckInCodes,
  scope: Scope,
): BookingView => ({
  ...row,
  resourceIds: withoutItself(row.resourceIds, row.serviceId),
  pendingFor: row.status === 'pending' ? row.pendingFor : [],
  start,
  end,
  checkInCode: kind === 'booking' ? codes.of(row.id) : null,
  ...attentionView(attention, scope),
});
