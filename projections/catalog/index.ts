import { directoryProjection } from './directory/projection';
import { DirectoryQueries } from './directory/queries';
import { policiesProjection } from './policies/projection';
import { PolicyQueries } from './policies/queries';
import { resourcesProjection } from './resources/projection';
import { ResourceQueries } from './resources/queries';
import { servicesProjection } from './services/projection';
import { ServiceQueries } from './services/queries';

export type { Near } from './directory/nearest';
export { DirectoryQueries, type Found } from './directory/queries';
export type { PlaceRow } from './directory/table';
export { PolicyQueries } from './policies/queries';
export { ResourceQueries } from './resources/queries';
export type { ResourceRow } from './resources/table';
export { ServiceQueries } from './services/queries';
export type { ServiceRow } from './services/table';

export const catalogProjections = [servicesProjection, resourcesProjection, policiesProjection, directoryProjection];
export const catalogQueries = [ServiceQueries, ResourceQueries, PolicyQueries, DirectoryQueries];
