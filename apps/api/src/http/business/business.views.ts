import type { BusinessRow } from '@projections/business';
import { type KnownBusiness, openingHours } from '@yoyaku/business';
import type { OpeningHours } from '@yoyaku/business/events';
import { DomainError, type LocalDate, type Uuid } from '@yoyaku/kernel';
import { type Shown, versionOf } from '../conventions';
import type { BusinessView, LocationView, OwnBusinessView } from './business.dto';

/** Throws `business.not_found` where there is none. */
export function found(business: BusinessRow | undefined): BusinessRow {
  if (!business) throw new DomainError('business.not_found');
  return business;
}

/** What everybody may know. */
export const publicView = ({
  id,
  name,
  slug,
  status,
  timeZone,
  currency,
  locale,
  verticalId,
  description,
  revision,
  createdAt,
  updatedAt,
}: BusinessRow): BusinessView => ({
  id,
  name,
  slug,
  status,
  timeZone,
  currency,
  locale,
  verticalId,
  description,
  revision,
  createdAt,
  updatedAt,
});

/** What its people see right after a command: the same as queries show. */
export const ownView = (outcome: Shown<KnownBusiness>): OwnBusinessView => {
  const { businessId: _, hours, holidays, locations: __, ...business } = outcome.known;
  return {
    ...business,
    ...versionOf(outcome),
    hours: openingHours(hours),
    holidays: Object.entries(holidays).map(([date, name]) => ({ date: date as LocalDate, name })),
  };
};

/** What its people see. */
export const ownRowView = (row: BusinessRow): OwnBusinessView => ({ ...row, hours: inOrder(row.hours) });

/** In the order of the week, as the business itself knows them. */
export const inOrder = (hours: readonly OpeningHours[] | null): OpeningHours[] | null =>
  hours?.toSorted((a, b) => a.day - b.day || (a.opens < b.opens ? -1 : 1)) ?? null;

/** A location right after a command on its business. */
export function locationView({ known, revision }: Shown<KnownBusiness>, locationId: Uuid): LocationView {
  const {
    status: _,
    locationId: id,
    hours,
    ...location
  } = known.locations[locationId] as KnownBusiness['locations'][Uuid];
  return { ...location, id, businessId: known.businessId, revision, hours: hours && [...hours] };
}
