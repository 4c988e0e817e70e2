import { ensure, type Fee } from '@yoyaku/kernel';

export const SLOT_ALIGNMENTS = ['opening', 'clock'] as const;
export type SlotAlignment = (typeof SLOT_ALIGNMENTS)[number];

/** How a business accepts bookings. */
export interface BusinessSettings {
  /** Bookings start on a grid of this many minutes. */
  readonly slotIntervalMinutes: number;
  /** From where the grid counts: from the begin of each span of a place's hours, or from the midnight before. */
  readonly slotAlignment: SlotAlignment;
  /** A booking must be made at least this long before its start. */
  readonly minNoticeMinutes: number;
  /** How many days ahead bookings are taken. */
  readonly bookingWindowDays: number;
  /** Bookings are confirmed at once. Otherwise a person approves each of them. */
  readonly autoConfirm: boolean;
  /** How long a slot is held for somebody who is still paying or deciding. */
  readonly holdMinutes: number;
  /** After this long without an answer a pending booking expires. */
  readonly pendingExpiryMinutes: number;
  /** How long before its start a customer can be checked in. */
  readonly checkInFromMinutes: number;
  /** How long after its start a booking can be marked as a no-show. */
  readonly noShowAfterMinutes: number;
  /** So many minutes after its end the clock completes a booking. Null: people do that. */
  readonly autoComplete: number | null;
  /** How many hours before the start reminders go out. */
  readonly reminderHours: readonly number[];
  readonly depositRule: Fee | null;
  readonly noShowFee: Fee | null;
}

export const DEFAULT_SETTINGS: BusinessSettings = {
  slotIntervalMinutes: 15,
  slotAlignment: 'opening',
  minNoticeMinutes: 0,
  bookingWindowDays: 90,
  autoConfirm: true,
  holdMinutes: 15,
  pendingExpiryMinutes: 1440,
  checkInFromMinutes: 120,
  noShowAfterMinutes: 15,
  autoComplete: null,
  reminderHours: [24, 2],
  depositRule: null,
  noShowFee: null,
};

/** Ranges of the numbers, both ends included. */
export const SETTING_BOUNDS = {
  slotIntervalMinutes: { min: 5, max: 1440 },
  minNoticeMinutes: { min: 0, max: 525_600 },
  bookingWindowDays: { min: 1, max: 730 },
  holdMinutes: { min: 1, max: 1440 },
  pendingExpiryMinutes: { min: 5, max: 43_200 },
  checkInFromMinutes: { min: 0, max: 1440 },
  noShowAfterMinutes: { min: 0, max: 1440 },
  autoComplete: { min: 0, max: 10_080 },
} as const satisfies Partial<Record<keyof BusinessSettings, { min: number; max: number }>>;

/** Throws `business.setting_out_of_bounds` or `money.currency_mismatch` with the field's name as `path`. */
export function checkSettings(settings: BusinessSettings, currency: string): void {
  for (const [path, { min, max }] of Object.entries(SETTING_BOUNDS)) {
    const value = settings[path as keyof typeof SETTING_BOUNDS];
    if (value === null) continue;
    ensure(Number.isInteger(value) && value >= min && value <= max, 'business.setting_out_of_bounds', {
      path,
      minimum: min,
      maximum: max,
    });
  }
  for (const path of ['depositRule', 'noShowFee'] as const) {
    const fee = settings[path];
    if (!fee || !('amount' in fee)) continue;
    const given = fee.amount.currency;
    ensure(given === currency, 'money.currency_mismatch', { path: `${path}.amount.currency`, a: given, b: currency });
  }
}
