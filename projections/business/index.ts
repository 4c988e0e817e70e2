import { businessesProjection } from './businesses/projection';
import { BusinessQueries } from './businesses/queries';
import { staffProjection } from './staff/projection';
import { StaffQueries } from './staff/queries';

export { BusinessQueries } from './businesses/queries';
export type { BusinessRow } from './businesses/table';
export { StaffQueries } from './staff/queries';

export const businessProjections = [businessesProjection, staffProjection];
export const businessQueries = [BusinessQueries, StaffQueries];
