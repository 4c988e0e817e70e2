import type { WaitlistEvent } from '@yoyaku/booking/events';
import type { Uuid } from '@yoyaku/kernel';
import { defineProjection, type GivenRow, type Unit } from '@yoyaku/projecting';
import { waitlist, waitlists } from './table';

const tables = { waitlist, waitlists };

/** The lines of all services. Who has left one stays with what became of it. */
export const waitlistProjection = defineProjection<WaitlistEvent>()({
  name: 'waitlist',
  version: 1,
  tables,
  ignored: ['WaitlistOfferForfeited'],
  on: {
    WaitlistJoined: ({ data, revision: number }, rows) => {
      const { entryId: id, endsAt: _, from: fromDate, to: toDate, ...entry } = data;
      rows.waitlist.put({ id, ...entry, fromDate, toDate, number, status: 'waiting', reason: null, offer: null });
    },
    WaitlistSlotOffered: ({ data }, rows) => {
      const { start, end, resourceIds, locationId, price, expiresAt } = data;
      change(data, rows, {
        status: 'offered',
        offer: { start, end, resourceIds, locationId, price, expiresAt },
      });
    },
    WaitlistOfferAccepted: ({ data }, rows) => change(data, rows, { status: 'accepted', offer: null }),
    WaitlistOfferDeclined: ({ data }, rows) => change(data, rows, { status: 'declined', offer: null }),
    WaitlistOfferLapsed: ({ data }, rows) => change(data, rows, { status: 'lapsed', offer: null }),
    WaitlistLeft: ({ data }, rows) => change(data, rows, { status: 'removed', reason: data.reason, offer: null }),
  },
});

const change = (
  { serviceId, entryId: id }: { readonly serviceId: Uuid; readonly entryId: Uuid },
  rows: Unit<typeof tables>,
  to: Partial<GivenRow<typeof waitlist>>,
): void => rows.waitlist.patch({ serviceId, id }, to);
