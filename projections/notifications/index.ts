import { notificationsProjection } from './notifications/projection';

export { NotificationQueries, type NotificationRow } from './notifications/queries';

export const notificationsProjections = [notificationsProjection];
