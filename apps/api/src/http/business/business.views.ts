import type { BusinessRow } from '@projections/business';
import { type KnownBusiness, openingHours } from '@yoyaku/business';
import type { LocalDate } from '@yoyaku/kernel';
import type { BusinessView, OwnBusinessView } from './business.dto';

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
  createdAt,
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
  createdAt,
});

/** What its people see right after a command: the same as the read model will show. */
export const ownView = ({
  businessId: id,
  hours,
  holidays,
  locations: _,
  ...business
}: KnownBusiness): OwnBusinessView => ({
  id,
  ...business,
  hours: openingHours(hours),
  holidays: Object.entries(holidays).map(([date, name]) => ({ date: date as LocalDate, name })),
});
