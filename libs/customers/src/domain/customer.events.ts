import { type EventCatalog, type LocalDate, type Message, nearestDate, plain, type Uuid } from '@yoyaku/kernel';

/** Ways in which a customer may have agreed to be written to. */
export const CHANNELS = ['email', 'sms', 'telegram'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Who a customer is; all of it `null` once erased. */
export interface CustomerProfile {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly birthday: LocalDate | null;
}

/** What the business makes of a customer. */
export interface CustomerDetails {
  readonly locale: string | null;
  /** The member of the business who looks after the customer. */
  readonly assignedTo: Uuid | null;
}

/** `blocked` customers can't book; the rest is what the business makes of it. */
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
          /** The business's own words, which may say anything of the person. */
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
  /** Is a customer again. */
  | Message<'CustomerUnblocked', Customer>
  /** The business believes that the customer is this user, and asks. */
  | Message<'CustomerLinkOffered', Customer & { userId: Uuid }>
  /** The user says so too. */
  | Message<'CustomerUserLinked', Customer & { userId: Uuid }>
  /** In the stream whose id derives from the user's: this user is that customer. */
  | Message<'CustomerPointedElsewhere', Customer & { to: Uuid }>
  | Message<'CustomerRemoved', Customer>
  /** Is to be forgotten: the customer's key, and with it all that was said of the person, is destroyed. */
  | Message<'CustomerErased', Customer>;

const profile = ['name', 'email', 'phone', 'birthday'] as const;
const personal = <const Fields extends readonly string[]>(...fields: Fields) =>
  ({ version: 1, pii: { of: 'customer', subject: 'customerId', fields } }) as const;
type Data = Readonly<Record<string, unknown>>;

/** In version 1 tags stood in clear, where they stay. */
const asItStands = (data: Data) => ({ ...data });
const sealedSince2 = { version: 2, upcasts: { 1: asItStands } } as const;

/** A birthday may once have been any date; one outside the range of dates is nobody's. */
const knownBirthday = ({ birthday, ...data }: Data) => ({
  ...data,
  birthday: typeof birthday === 'string' && birthday === nearestDate(birthday) ? birthday : null,
});

export const customerEvents: EventCatalog<CustomerEvent> = {
  CustomerCreated: { ...personal(...profile, 'tags'), version: 3, upcasts: { 1: asItStands, 2: knownBirthday } },
  CustomerChanged: { ...personal(...profile), version: 2, upcasts: { 1: knownBirthday } },
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
