import { policiesProjection } from './policies/projection';
import { PolicyQueries } from './policies/queries';
import { resourcesProjection } from './resources/projection';
import { ResourceQueries } from './resources/queries';
import { servicesProjection } from './services/projection';
import { ServiceQueries } from './services/queries';

export { PolicyQueries } from './policies/queries';
export { ResourceQueries } from './resources/queries';
export type { ResourceRow } from './resources/table';
export { ServiceQueries } from './services/queries';
export type { ServiceRow } from './services/table';

export const catalogProjections = [servicesProjection, resourcesProjection, policiesProjection];
export const catalogQueries = [ServiceQueries, ResourceQueries, PolicyQueries];
