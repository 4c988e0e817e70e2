import { businessEvents } from './business.events';
import { DEFAULT_SETTINGS } from './settings';

it('settings of a build that did not know of check-in and no-shows have the minutes of a new business', () => {
  const { checkInFromMinutes: _, noShowAfterMinutes: __, ...known } = { ...DEFAULT_SETTINGS, holdMinutes: 7 };
  for (const { upcasts } of [businessEvents.BusinessCreated, businessEvents.BusinessSettingsChanged]) {
    const read = upcasts?.[1]?.({ businessId: 'salon', settings: known });
    expect(read).toEqual({ businessId: 'salon', settings: { ...DEFAULT_SETTINGS, holdMinutes: 7 } });
  }
});

it('settings of a build that knew no clock which completes bookings leave that to people', () => {
  const { autoComplete: _, ...known } = { ...DEFAULT_SETTINGS, holdMinutes: 7 };
  for (const { upcasts } of [businessEvents.BusinessCreated, businessEvents.BusinessSettingsChanged]) {
    const read = upcasts?.[3]?.({ businessId: 'salon', settings: known });
    expect(read).toEqual({
      businessId: 'salon',
      settings: { ...DEFAULT_SETTINGS, holdMinutes: 7, autoComplete: null },
    });
  }
});

it('settings of a build whose grids counted from midnight have those of a new business', () => {
  const { slotAlignment: _, ...known } = { ...DEFAULT_SETTINGS, holdMinutes: 7 };
  for (const { upcasts } of [businessEvents.BusinessCreated, businessEvents.BusinessSettingsChanged]) {
    const read = upcasts?.[2]?.({ businessId: 'salon', settings: known });
    expect(read).toEqual({ businessId: 'salon', settings: { ...DEFAULT_SETTINGS, holdMinutes: 7 } });
  }
});

it('a location of a build that knew no coordinates has none', () => {
  const stored = { businessId: 'salon', locationId: 'ginza', name: 'Ginza', address: '4-1' };
  for (const { upcasts } of [businessEvents.LocationAdded, businessEvents.LocationChanged]) {
    expect(upcasts?.[1]?.(stored)).toEqual({ ...stored, coordinates: null });
  }
});

it('the end of a trial that an earlier build noted is none: nothing was said of what comes then', () => {
  const stored = { businessId: 'salon', settings: DEFAULT_SETTINGS, trialEndsAt: '2026-04-15T00:00:00Z' };
  expect(businessEvents.BusinessCreated.upcasts?.[4]?.(stored)).toEqual({ ...stored, trialEndsAt: null });
});
