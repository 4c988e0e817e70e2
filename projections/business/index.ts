import { apiKeysProjection } from './api-keys/projection';
import { ApiKeyQueries } from './api-keys/queries';
import { businessesProjection } from './businesses/projection';
import { BusinessQueries } from './businesses/queries';
import { staffProjection } from './staff/projection';
import { StaffQueries } from './staff/queries';
import { verticalsProjection } from './verticals/projection';
import { VerticalQueries } from './verticals/queries';

export { ApiKeyQueries, type ApiKeyRow } from './api-keys/queries';
export { BusinessQueries } from './businesses/queries';
export type { BusinessRow } from './businesses/table';
export { STANDING, StaffQueries } from './staff/queries';
export { VerticalQueries } from './verticals/queries';

export const businessProjections = [apiKeysProjection, businessesProjection, staffProjection, verticalsProjection];
export const businessQueries = [ApiKeyQueries, BusinessQueries, StaffQueries, VerticalQueries];
