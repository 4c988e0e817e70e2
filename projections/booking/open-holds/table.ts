import { defineTable, instant, type Row, uuid } from '@yoyaku/projecting';

/**
 * Holds on calendars that their booking does not own: reserved and not yet taken up, or given up and not yet released.
 * A request in good health leaves none behind.
 */
export const openHolds = defineTable('open_holds', {
  columns: {
    resourceId: uuid,
    bookingId: uuid,
    holdId: uuid,
    businessId: uuid,
    /** When it was reserved, or given up. */
    since: instant,
    endsAt: instant,
  },
  key: ['resourceId', 'bookingId', 'holdId'],
  /** The calendar's stream reserves, the booking's takes up and gives up. */
  owner: 'tenant',
  indexes: [['since']],
});

export type OpenHoldRow = Row<typeof openHolds>;
