import type { AgendaEvent, BookingEvent, CalendarEvent } from '@yoyaku/booking/events';
import type { BusinessEvent, MembershipEvent } from '@yoyaku/business/events';
import type {
  DefaultPolicyEvent,
  ExceptionPlaceEvent,
  PolicyEvent,
  ResourceEvent,
  ServiceEvent,
} from '@yoyaku/catalog/events';
import type { BlocklistEvent, CustomerEvent, NoteEvent } from '@yoyaku/customers/events';
import type { ReservationEvent } from '@yoyaku/eventing';
import type { UserEvent } from '@yoyaku/identity/events';
import type { Instant, LocalDate, OfType, Uuid } from '@yoyaku/kernel';
import type { DisclosureEvent } from '@yoyaku/platform';

type EveryEvent =
  | AgendaEvent
  | BookingEvent
  | CalendarEvent
  | BusinessEvent
  | MembershipEvent
  | DefaultPolicyEvent
  | ExceptionPlaceEvent
  | PolicyEvent
  | ResourceEvent
  | ServiceEvent
  | CustomerEvent
  | BlocklistEvent
  | NoteEvent
  | DisclosureEvent
  | ReservationEvent
  | UserEvent;

type EventType = EveryEvent['type'];

/** What the fields of samples are filled with. */
export interface Values {
  readonly id: (field: string) => Uuid;
  readonly text: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly date: LocalDate;
  /** Of money, in minor units. */
  readonly amount: number;
  /** Of everything that is counted. */
  readonly count: number;
}

/** One event of every type that there is; the compiler sees to it that none is left out. */
export function samplesOf(values: Values): { readonly [Type in EventType]: OfType<EveryEvent, Type>['data'] } {
  const { id, text, start, end, date, amount, count } = values;
  const ids = <Field extends string>(...fields: Field[]) =>
    Object.fromEntries(fields.map((field) => [field, id(field)])) as Record<Field, Uuid>;
  const money = { amount, currency: 'JPY' };
  const fee = { amount: money };
  const span = { starts: '00:00', ends: '24:00' };
  const openings = [{ day: 7, opens: '00:00', closes: '24:00' }] as const;

  const business = ids('businessId');
  const profile = {
    ...business,
    name: text,
    slug: text,
    timeZone: 'Asia/Tokyo',
    locale: 'ja',
    verticalId: id('verticalId'),
    description: text,
  };
  const settings = {
    slotIntervalMinutes: count,
    minNoticeMinutes: count,
    bookingWindowDays: count,
    autoConfirm: true,
    holdMinutes: count,
    pendingExpiryMinutes: count,
    checkInFromMinutes: count,
    noShowAfterMinutes: count,
    reminderHours: [count],
    depositRule: fee,
    noShowFee: fee,
  };
  const location = {
    ...business,
    locationId: id('locationId'),
    name: text,
    address: text,
    phone: text,
    timeZone: 'Asia/Tokyo',
    hours: openings,
  };
  const member = ids('memberId', 'businessId', 'userId');
  const assignment = { ...member, role: 'staff', locationIds: [id('locationId')], specializations: [text] } as const;

  const resource = ids('resourceId', 'businessId');
  const details = {
    ...resource,
    name: text,
    description: text,
    capacity: count,
    locationId: id('locationId'),
    userId: id('userId'),
  };
  const exception = { ...resource, exceptionId: id('exceptionId'), date, kind: 'hours', hours: [span] } as const;
  const service = {
    ...ids('serviceId', 'businessId', 'policyId'),
    name: text,
    description: text,
    category: text,
    durationMinutes: count,
    price: money,
    bufferBeforeMinutes: count,
    bufferAfterMinutes: count,
    capacity: count,
    intervalMinutes: count,
    requirements: [{ anyOf: [id('resourceId')] }],
    overrides: [{ resourceId: id('resourceId'), price: money, durationMinutes: count }],
    locationIds: [id('locationId')],
    depositRule: fee,
  };
  const policy = {
    ...ids('policyId', 'businessId'),
    name: text,
    freeUntilHours: count,
    lateFee: fee,
    noShowFee: fee,
  };

  const terms = {
    freeUntilHours: count,
    lateFee: fee,
    noShowFee: fee,
    pendingExpiryMinutes: count,
    checkInFromMinutes: count,
    noShowAfterMinutes: count,
  };

  const customer = ids('customerId', 'businessId');
  const person = {
    ...customer,
    name: text,
    email: text,
    phone: text,
    birthday: date,
    locale: text,
    assignedTo: id('memberId'),
  };
  const note = { ...customer, noteId: id('noteId'), kind: 'allergy', text, shared: true } as const;

  const booking = ids('bookingId', 'businessId', 'customerId');
  const place = { holdId: id('holdId'), resourceIds: [id('resourceId')], start, end };
  const slot = {
    ...ids('bookingId', 'holdId', 'businessId', 'resourceId', 'serviceId'),
    start,
    end,
    bufferBeforeMinutes: count,
    bufferAfterMinutes: count,
    partySize: count,
  };
  const block = { ...ids('blockId', 'businessId', 'resourceId'), start, end };
  const appointment = { ...ids('appointmentId', 'userId'), title: text, start, end };
  const user = ids('userId');

  return {
    UserRegistered: { ...user, name: text, email: text, locale: text, role: 'user' },
    RegistrationAbandoned: user,
    EmailVerified: user,
    UserProfileChanged: { ...user, name: text, locale: text },
    UserRoleGranted: { ...user, role: 'auditor' },
    UserDisabled: { ...user, reason: text },
    NameReserved: { owner: id('userId') },
    NameReleased: { owner: id('userId') },

    BusinessCreated: { ...profile, ownerId: id('userId'), currency: 'JPY', settings, trialEndsAt: end },
    BusinessCreationAbandoned: business,
    BusinessProfileChanged: profile,
    BusinessSettingsChanged: { ...business, settings },
    BusinessHoursSet: { ...business, hours: openings },
    BusinessHolidaysSet: { ...business, holidays: [{ date, name: text }] },
    BusinessApproved: business,
    BusinessRejected: { ...business, reason: text },
    BusinessResubmitted: business,
    BusinessSuspended: { ...business, reason: text },
    BusinessReinstated: business,
    BusinessClosed: business,
    LocationAdded: location,
    LocationChanged: location,
    LocationClosed: location,
    StaffAssigned: assignment,
    StaffAssignmentChanged: assignment,
    StaffTerminated: member,

    ResourceCreated: { ...details, kind: 'staff' },
    ResourceChanged: details,
    ResourceRemoved: resource,
    ResourceHoursSet: { ...resource, hours: [{ ...span, day: 7 }] },
    ResourceExceptionAdded: exception,
    ResourceExceptionChanged: exception,
    ResourceExceptionRemoved: exception,
    ExceptionPlaced: exception,
    ServiceCreated: service,
    ServiceChanged: service,
    ServiceRemoved: service,
    PolicyCreated: policy,
    PolicyChanged: policy,
    PolicyRemoved: policy,
    DefaultPolicyChosen: policy,

    CustomerCreated: { ...person, status: 'lead', userId: id('userId'), tags: [text], consents: ['email'] },
    CustomerChanged: person,
    CustomerStatusChanged: { ...customer, status: 'inactive' },
    CustomerTagged: { ...customer, tag: text },
    CustomerUntagged: { ...customer, tag: text },
    ConsentGiven: { ...customer, channel: 'sms' },
    ConsentWithdrawn: { ...customer, channel: 'sms' },
    CustomerBlocked: { ...customer, reason: text },
    CustomerUnblocked: customer,
    CustomerLinkOffered: { ...customer, userId: id('userId') },
    CustomerUserLinked: { ...customer, userId: id('userId') },
    CustomerPointedElsewhere: { ...customer, to: id('customerId') },
    CustomerRemoved: customer,
    CustomerErased: customer,
    PersonBlocked: { ...customer, marks: [text] },
    PersonUnblocked: { ...customer, marks: [text] },
    CustomerNoteAdded: { ...note, authorId: id('userId') },
    CustomerNoteChanged: note,
    CustomerNoteRemoved: note,

    BookingRequested: {
      ...booking,
      ...place,
      ...ids('serviceId', 'userId'),
      serviceName: text,
      price: money,
      partySize: count,
      note: text,
      terms,
      status: 'pending',
      expiresAt: end,
      overridden: ['notice'],
    },
    BookingConfirmed: booking,
    BookingDeclined: { ...booking, ...place, reason: text },
    BookingExpired: { ...booking, ...place },
    BookingRescheduled: {
      ...booking,
      ...place,
      previous: place,
      agreed: { price: money, terms, status: 'pending', expiresAt: end },
    },
    BookingCancelled: { ...booking, ...place, by: 'customer', reason: text, fee: money },
    BookingCancellationUndone: { ...booking, ...place, status: 'pending', expiresAt: end },
    BookingDetailsChanged: { ...booking, note: text },
    BookingCheckedIn: booking,
    BookingCompleted: { ...booking, serviceId: id('serviceId'), start, price: money },
    BookingMarkedNoShow: { ...booking, start, fee: money },
    BookingAbandoned: { ...booking, holdId: id('holdId') },
    BookingHoldForfeited: { ...booking, holdId: id('holdId') },
    SlotReserved: { ...slot, capacity: count },
    SlotReleased: slot,
    TimeBlocked: { ...block, reason: text },
    TimeUnblocked: block,
    AppointmentPlanned: appointment,
    AppointmentChanged: appointment,
    AppointmentCancelled: appointment,
    HistoryDisclosed: {
      ...ids('disclosureId', 'actorId'),
      from: String(count),
      category: text,
      type: text,
      tenantId: id('businessId'),
      since: start,
      until: end,
      follow: true,
    },
  };
}

/** By category, the field of an event's data that names the instance whose stream it is in. */
const INSTANCE: Readonly<Record<string, string>> = {
  user: 'userId',
  business: 'businessId',
  member: 'memberId',
  resource: 'resourceId',
  exception: 'exceptionId',
  service: 'serviceId',
  policy: 'policyId',
  default_policy: 'businessId',
  customer: 'customerId',
  note: 'noteId',
  blocklist: 'businessId',
  booking: 'bookingId',
  calendar: 'resourceId',
  agenda: 'userId',
  disclosure: 'disclosureId',
};

/** The id of the stream, of that category, that an event with such data is in. */
export const instanceOf = (category: string, data: object): string =>
  String((data as Record<string, unknown>)[INSTANCE[category] ?? 'owner']);
