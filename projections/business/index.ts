import { businessesProjection } from './businesses/projection';
import { BusinessQueries } from './businesses/queries';
import { staffProjection } from './staff/projection';
import { StaffQueries } from './staff/queries';

export { type BusinessFilter, BusinessQueries } from './businesses/queries';
export type { BusinessRow, LocationRow } from './businesses/table';
export { type StaffFilter, StaffQueries } from './staff/queries';
export type { StaffRow } from './staff/table';

export const businessProjections = [businessesProjection, staffProjection];
export const businessQueries = [BusinessQueries, StaffQueries];
