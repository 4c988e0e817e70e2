import { defineTable, instant, type Row, uuid } from '@yoyaku/projecting';

/**
 * Holds on calendars that neither their booking nor an offer to somebody who waits uses: reserved and not yet used, or
 * given up and not yet released. A request that succeeds leaves none behind.
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
  /** The calendar's stream reserves holds; the booking's stream uses them and gives them up. */
  owner: 'tenant',
  indexes: [['since']],
});

export type OpenHoldRow = Row<typeof openHolds>;
