import { usersProjection } from './users/projection';

export { UserQueries, type UserRow } from './users/queries';

export const identityProjections = [usersProjection];
