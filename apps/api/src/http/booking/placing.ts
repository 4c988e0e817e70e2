import type { RefusalCode } from '@yoyaku/composition';

/** What refuses a time, a place or resources, to whoever makes a booking or moves one. */
export const PLACING_REFUSES = [
  'booking.abandoned',
  'booking.business_closed',
  'booking.off_grid',
  'booking.offer_changed',
  'booking.outside_hours',
  'booking.party_too_large',
  'booking.resource_unsuitable',
  'booking.slot_taken',
  'booking.too_far',
  'booking.too_soon',
] as const satisfies readonly RefusalCode[];
