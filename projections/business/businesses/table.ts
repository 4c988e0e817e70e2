import {
  BUSINESS,
  type BusinessSettings,
  type Coordinates,
  type Holiday,
  type OpeningHours,
} from '@yoyaku/business/events';
import {
  defineAggregateTable,
  definePartTable,
  defineSearchTable,
  defineTable,
  instant,
  json,
  nullable,
  type Row,
  text,
  texts,
  uuid,
} from '@yoyaku/projecting';

export const businesses = defineAggregateTable('businesses', {
  of: BUSINESS,
  columns: {
    id: uuid,
    ownerId: uuid,
    name: text,
    slug: text,
    /** pending_review | approved | rejected | suspended | closed */
    status: text,
    /** Why it was rejected or suspended. */
    reason: nullable(text),
    timeZone: text,
    currency: text,
    locale: text,
    verticalId: nullable(uuid),
    description: nullable(text),
    settings: json<BusinessSettings>(),
    /** `null` until they are set for the first time. */
    hours: nullable(json<readonly OpeningHours[]>()),
    holidays: json<readonly Holiday[]>(),
    /** trial | active | past_due | expired */
    subscriptionState: text,
    subscriptionEndsAt: nullable(instant),
    subscriptionCancelledAt: nullable(instant),
  },
  indexes: [['slug'], ['ownerId'], ['status', 'createdAt', 'id']],
});

/** By what businesses are found: their names. */
export const businessSearch = defineSearchTable('business_search');

export const locations = definePartTable('locations', {
  columns: {
    id: uuid,
    businessId: uuid,
    name: text,
    address: nullable(text),
    phone: nullable(text),
    coordinates: nullable(json<Coordinates>()),
    timeZone: nullable(text),
    hours: nullable(json<readonly OpeningHours[]>()),
  },
  key: ['businessId', 'id'],
  indexes: [['businessId', 'name', 'id']],
});

/** The roles to which a business gives permissions. */
export const businessRoles = defineTable('business_roles', {
  columns: { businessId: uuid, role: text, permissions: texts },
  key: ['businessId', 'role'],
});

/** Who works for which business. */
export const businessMembers = defineTable('business_members', {
  columns: { businessId: uuid, userId: uuid },
  key: ['businessId', 'userId'],
  indexes: [['userId']],
});

export type RoleRow = Row<typeof businessRoles>;
export type BusinessRow = Row<typeof businesses>;
export type StoredLocation = Row<typeof locations>;
export type LocationRow = StoredLocation & { readonly revision: number };
