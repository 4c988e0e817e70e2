import { type EventCatalog, type LocalDate, type Message, nearestDate, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const CUSTOMER = 'customer';

/** Channels over which a customer may have agreed to get messages. */
export const CHANNELS = ['email', 'sms', 'telegram'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Who a customer is. Every field is `null` after erasure. */
export interface CustomerProfile {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly birthday: LocalDate | null;
}

/** How the business handles a customer. */
export interface CustomerDetails {
  readonly locale: string | null;
  /** The member of the business who looks after the customer. */
  readonly assignedTo: Uuid | null;
}

/** `blocked` customers cannot book. The others are labels for the business's own use. */
export const STANDINGS = ['lead', 'customer', 'inactive', 'blocked'] as const;
export type Standing = (typeof STANDINGS)[number];

interface Customer {
  readonly customerId: Uuid;
  readonly businessId: Uuid;
}

export type CustomerEvent =
  | Message<
      'CustomerCreated',
      Customer &
        CustomerProfile &
        CustomerDetails & {
          status: Exclude<Standing, 'blocked'>;
          userId: Uuid | null;
          /** Free text of the business, so it may be personal. */
          tags: readonly string[] | null;
          consents: readonly Channel[];
        }
    >
  | Message<'CustomerChanged', Customer & CustomerProfile & CustomerDetails>
  | Message<'CustomerStatusChanged', Customer & { status: Exclude<Standing, 'blocked'> }>
  | Message<'CustomerTagged', Customer & { tag: string | null }>
  | Message<'CustomerUntagged', Customer & { tag: string | null }>
  | Message<'ConsentGiven', Customer & { channel: Channel }>
  | Message<'ConsentWithdrawn', Customer & { channel: Channel }>
  | Message<'CustomerBlocked', Customer & { reason: string | null }>
  /** The status is `customer` again. */
  | Message<'CustomerUnblocked', Customer>
  /** The business asks this user whether they are the customer. */
  | Message<'CustomerLinkOffered', Customer & { userId: Uuid }>
  /** The user has confirmed it. */
  | Message<'CustomerUserLinked', Customer & { userId: Uuid }>
  /** In the stream whose id is derived from the user: the user is the customer `to`. */
  | Message<'CustomerPointedElsewhere', Customer & { to: Uuid }>
  | Message<'CustomerRemoved', Customer>
  /** The customer's key is to be destroyed, and with it all personal data. */
  | Message<'CustomerErased', Customer>;

const profile = ['name', 'email', 'phone', 'birthday'] as const;
const personal = <const Fields extends readonly string[]>(...fields: Fields) =>
  ({ version: 1, pii: { of: 'customer', subject: 'customerId', fields } }) as const;
type Data = Readonly<Record<string, unknown>>;

/** In version 1 tags were not encrypted. Those that are stored stay as they are. */
const unchanged = (data: Data) => ({ ...data });
const sealedSince2 = { version: 2, upcasts: { 1: unchanged } } as const;

/** Earlier versions accepted any date as a birthday. One outside the range of dates is read as `null`. */
const birthdayInRange = ({ birthday, ...data }: Data) => ({
  ...data,
  birthday: typeof birthday === 'string' && birthday === nearestDate(birthday) ? birthday : null,
});

export const customerEvents: EventCatalog<CustomerEvent> = {
  CustomerCreated: { ...personal(...profile, 'tags'), version: 3, upcasts: { 1: unchanged, 2: birthdayInRange } },
  CustomerChanged: { ...personal(...profile), version: 2, upcasts: { 1: birthdayInRange } },
  CustomerStatusChanged: plain,
  CustomerTagged: { ...personal('tag'), ...sealedSince2 },
  CustomerUntagged: { ...personal('tag'), ...sealedSince2 },
  ConsentGiven: plain,
  ConsentWithdrawn: plain,
  CustomerBlocked: personal('reason'),
  CustomerUnblocked: plain,
  CustomerLinkOffered: plain,
  CustomerUserLinked: plain,
  CustomerPointedElsewhere: plain,
  CustomerRemoved: plain,
  CustomerErased: plain,
};
