import { usersProjection } from './users/projection';

export { UserQueries } from './users/queries';

export const identityProjections = [usersProjection];
