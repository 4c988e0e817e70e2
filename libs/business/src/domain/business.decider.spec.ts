import { instant, type Unbranded, uuid } from '@yoyaku/kernel';
import { rejection, specify } from '@yoyaku/kernel/specification';
import {
  Business,
  type BusinessCommand,
  type BusinessStatus,
  type BusinessStep,
  ensureOpenLocations,
  type KnownBusiness,
  TRANSITIONS,
} from './business.decider';
import { type BusinessEvent, endOf } from './business.events';
import { DEFAULT_SETTINGS } from './settings';
import { isSubscriptionOver, type SubscriptionState } from './subscription';

const { given, fold } = specify(Business.decider);

const businessId = '01900000-0000-7000-8000-000000000001';
const locationId = '01900000-0000-7000-8000-000000000002';
const profile = {
  name: 'Salon Sakura',
  slug: 'salon-sakura',
  timeZone: 'Asia/Tokyo',
  locale: 'ja',
  verticalId: null,
  description: null,
};
const founding = { businessId, ownerId: '01900000-0000-7000-8000-00000000000a', currency: 'JPY', ...profile };
const create: Unbranded<BusinessStep> = { type: 'CreateBusiness', data: founding };
const created: Unbranded<BusinessEvent> = {
  type: 'BusinessCreated',
  data: { ...founding, settings: DEFAULT_SETTINGS, trialEndsAt: '2026-04-15T00:00:00Z' },
};
const approved: Unbranded<BusinessEvent> = { type: 'BusinessApproved', data: { businessId } };
const closed: Unbranded<BusinessEvent> = { type: 'BusinessClosed', data: { businessId } };

describe('a business', () => {
  it('is created with default settings and a trial of 14 days', () => given([]).when(create).then([created]));

  it('is created once, whoever repeats it', () => given([created]).when(create).thenNothing());

  it('takes no slug that the platform needs', () => {
    given([])
      .when({ type: 'CreateBusiness', data: { ...founding, slug: 'admin' } })
      .thenRejects('business.slug_reserved');
    given([created])
      .when({ type: 'ChangeProfile', data: { slug: 'admin' } })
      .thenRejects('business.slug_reserved');
  });

  it('keeps its id to itself', () =>
    given([created])
      .when({ type: 'CreateBusiness', data: { ...founding, name: 'Another' } })
      .thenRejects('business.id_taken'));

  it('never comes of a creation that was given up', () => {
    const abandon: Unbranded<BusinessStep> = { type: 'AbandonBusinessCreation', data: { businessId } };
    const abandoned: Unbranded<BusinessEvent> = { type: 'BusinessCreationAbandoned', data: { businessId } };
    given([]).when(abandon).then([abandoned]);
    given([abandoned]).when(abandon).thenNothing();
    given([abandoned]).when(create).thenRejects('business.slug_taken');
    given([created]).when(abandon).thenRejects('business.slug_taken');
  });

  it('changes what is given of its profile', () => {
    given([created])
      .when({ type: 'ChangeProfile', data: { name: 'Sakura' } })
      .then([{ type: 'BusinessProfileChanged', data: { businessId, ...profile, name: 'Sakura' } }]);
    given([created]).when({ type: 'ChangeProfile', data: profile }).thenNothing();
  });

  it('must be there', () => given([]).when({ type: 'ChangeProfile', data: {} }).thenRejects('business.not_found'));

  it('changes no more once closed', () =>
    given([created, closed])
      .when({ type: 'SetHours', data: { hours: [] } })
      .thenRejects('business.closed'));

  it('belongs to itself', () => {
    expect(Business.tenantOf(fold([created]))).toBe(businessId);
    expect(Business.tenantOf(fold([]))).toBe('platform');
  });
});

describe("a business's status", () => {
  const reach: Record<BusinessStatus, Unbranded<BusinessEvent>[]> = {
    pending_review: [],
    approved: [approved],
    rejected: [{ type: 'BusinessRejected', data: { businessId, reason: 'blurry' } }],
    suspended: [approved, { type: 'BusinessSuspended', data: { businessId, reason: 'fraud' } }],
    closed: [closed],
  };
  const commands: Record<keyof typeof TRANSITIONS, Unbranded<BusinessCommand>> = {
    ApproveBusiness: { type: 'ApproveBusiness', data: {} },
    RejectBusiness: { type: 'RejectBusiness', data: { reason: 'blurry' } },
    ResubmitBusiness: { type: 'ResubmitBusiness', data: {} },
    SuspendBusiness: { type: 'SuspendBusiness', data: { reason: 'fraud' } },
    ReinstateBusiness: { type: 'ReinstateBusiness', data: {} },
    CloseBusiness: { type: 'CloseBusiness', data: {} },
  };
  const cases = Object.entries(TRANSITIONS).flatMap(([name, { from, to }]) =>
    Object.keys(reach).map((status) => ({ name, status, to, allowed: from.includes(status as never) })),
  );

  it.each(cases)('$name of one that is $status', ({ name, status, to, allowed }) => {
    const when = given([created, ...reach[status as BusinessStatus]]).when(commands[name as keyof typeof TRANSITIONS]);
    if (status === to) when.thenNothing();
    else if (allowed) when.thenState((state) => expect(state.status).toBe(to));
    else when.thenRejects('business.invalid_transition');
  });

  it('says why it was rejected or suspended, until it no longer is', () => {
    expect(fold([created, ...reach.suspended])).toMatchObject({ reason: 'fraud' });
    expect(fold([created, ...reach.suspended, { type: 'BusinessReinstated', data: { businessId } }])).toMatchObject({
      reason: null,
    });
  });
});

describe("a business's settings", () => {
  it('change by what is given', () =>
    given([created])
      .when({ type: 'ChangeSettings', data: { slotIntervalMinutes: 30 } })
      .then([
        {
          type: 'BusinessSettingsChanged',
          data: { businessId, settings: { ...DEFAULT_SETTINGS, slotIntervalMinutes: 30 } },
        },
      ]));

  it.each([
    ['slotIntervalMinutes', 4],
    ['slotIntervalMinutes', 7.5],
    ['minNoticeMinutes', -1],
    ['bookingWindowDays', 731],
    ['holdMinutes', 0],
  ])('keep %s within bounds: %s', (setting, value) =>
    given([created])
      .when({ type: 'ChangeSettings', data: { [setting]: value } })
      .thenRejects('business.setting_out_of_bounds'),
  );

  it("ask for fees in the business's currency", () =>
    given([created])
      .when({ type: 'ChangeSettings', data: { noShowFee: { amount: { amount: 10, currency: 'USD' } } } })
      .thenRejects('money.currency_mismatch'));
});

describe("a business's hours and holidays", () => {
  const hours = [
    { day: 1, opens: '14:00', closes: '24:00' },
    { day: 1, opens: '09:00', closes: '12:00' },
  ] as const;
  const set: Unbranded<BusinessEvent> = { type: 'BusinessHoursSet', data: { businessId, hours } };

  it('may be several a day, until midnight', () => {
    given([created]).when({ type: 'SetHours', data: { hours } }).then([set]);
    expect(fold([created, set])).toMatchObject({
      hours: {
        1: [
          { starts: '09:00', ends: '12:00' },
          { starts: '14:00', ends: '24:00' },
        ],
      },
    });
  });

  it('do not change by being given in another order', () =>
    given([created, set])
      .when({ type: 'SetHours', data: { hours: hours.toReversed() } })
      .thenNothing());

  it('tell never open from not said yet', () =>
    given([created])
      .when({ type: 'SetHours', data: { hours: [] } })
      .then([{ type: 'BusinessHoursSet', data: { businessId, hours: [] } }]));

  it('never overlap', () =>
    given([created])
      .when({ type: 'SetHours', data: { hours: [...hours, { day: 1, opens: '11:00', closes: '13:00' }] } })
      .thenRejects('hours.overlap'));

  it('have each holiday once', () => {
    const newYear = { date: '2027-01-01', name: 'New Year' };
    const holidays: Unbranded<BusinessEvent> = {
      type: 'BusinessHolidaysSet',
      data: { businessId, holidays: [newYear] },
    };
    given([created])
      .when({ type: 'SetHolidays', data: { holidays: [newYear] } })
      .then([holidays]);
    given([created, holidays])
      .when({ type: 'SetHolidays', data: { holidays: [newYear] } })
      .thenNothing();
    given([created])
      .when({ type: 'SetHolidays', data: { holidays: [newYear, newYear] } })
      .thenRejects('business.holiday_repeated');
  });
});

describe("a business's subscription", () => {
  const LATER = '2026-05-01T00:00:00Z';
  const expired: Unbranded<BusinessEvent> = { type: 'SubscriptionExpired', data: { businessId } };
  const cancelled: Unbranded<BusinessEvent> = { type: 'SubscriptionCancelled', data: { businessId } };
  const paid = (endsAt: string | null): Unbranded<BusinessEvent> => ({
    type: 'SubscriptionChanged',
    data: { businessId, state: 'active', endsAt },
  });
  const set = (state: SubscriptionState, endsAt: string | null): Unbranded<BusinessCommand> => ({
    type: 'SetSubscription',
    data: { state, endsAt },
  });
  const expire: Unbranded<BusinessCommand> = { type: 'ExpireSubscription', data: {} };
  const cancel: Unbranded<BusinessCommand> = { type: 'CancelSubscription', data: {} };

  it('begins with a trial, where the installation has any', () => {
    const free: Unbranded<BusinessEvent> = { ...created, data: { ...created.data, trialEndsAt: null } } as never;
    given([])
      .when({ type: 'CreateBusiness', data: { ...founding, trialDays: 0 } })
      .then([free]);
    given([created, expired]).when({ type: 'CreateBusiness', data: founding }).thenNothing();
    const subscriptionOf = (event: Unbranded<BusinessEvent>) => (fold([event]) as KnownBusiness).subscription;
    expect(subscriptionOf(created)).toEqual({ state: 'trial', endsAt: '2026-04-15T00:00:00Z', cancelledAt: null });
    expect(subscriptionOf(free)).toEqual({ state: 'active', endsAt: null, cancelledAt: null });
  });

  it('is over at its end, and ended then, however late that is recorded', () => {
    const trial = { state: 'trial', endsAt: instant('2026-04-15T00:00:00Z') } as const;
    expect(isSubscriptionOver(trial, instant('2026-04-14T23:59:59.999Z'))).toBe(false);
    expect(isSubscriptionOver(trial, instant('2026-04-15T00:00:00Z'))).toBe(true);
    expect(isSubscriptionOver({ state: 'active', endsAt: null }, instant(LATER))).toBe(false);
    expect(isSubscriptionOver({ state: 'expired', endsAt: null }, instant(LATER))).toBe(true);
    expect(endOf(trial.endsAt, instant(LATER))).toBe(trial.endsAt);
    expect(endOf(instant(LATER), trial.endsAt)).toBe(trial.endsAt);
    expect(endOf(null, trial.endsAt)).toBe(trial.endsAt);
  });

  it('expires at its end, not before, and once', () => {
    given([created]).when(expire, '2026-04-14T23:59:59.999Z').thenNothing();
    given([created]).when(expire, '2026-04-15T00:00:00Z').then([expired]);
    given([created]).when(expire, '2026-04-15T00:00:00.400Z').then([expired]);
    given([created, expired]).when(expire, LATER).thenNothing();
    given([created, paid(LATER)])
      .when(expire, '2026-04-15T00:00:00Z')
      .thenNothing();
    given([created, paid(null)])
      .when(expire, LATER)
      .thenNothing();
    given([created, closed]).when(expire, LATER).thenNothing();
  });

  it('is as the platform says, also after it expired or was cancelled', () => {
    given([created])
      .when(set('active', LATER))
      .then([paid(LATER)]);
    given([created, paid(LATER)])
      .when(set('active', LATER))
      .thenNothing();
    given([created, paid(LATER), cancelled])
      .when(set('active', LATER))
      .then([paid(LATER)]);
    given([created, expired])
      .when(set('active', null))
      .then([paid(null)]);
    given([created]).when(set('expired', null)).then([expired]);
    given([created, expired]).when(set('expired', null)).thenNothing();
    given([created]).when(set('active', '2026-04-01T00:00:00Z')).thenRejects('business.subscription_ends_in_past');
    given([created]).when(set('trial', null)).thenRejects('business.subscription_without_end');
    given([created, closed]).when(set('active', null)).thenRejects('business.closed');
  });

  it('that is cancelled lasts until its end, if it has one', () => {
    given([created]).when(cancel).then([cancelled]);
    given([created, cancelled]).when(cancel).thenNothing();
    given([created, cancelled]).when(expire, LATER).then([expired]);
    given([created, paid(null)])
      .when(cancel)
      .then([cancelled, expired]);
    given([created, expired]).when(cancel).thenNothing();
  });
});

describe("a business's locations", () => {
  const details = { name: 'Ginza', address: null, phone: null, coordinates: null, timeZone: null, hours: null };
  const location = { locationId, ...details };
  const added: Unbranded<BusinessEvent> = { type: 'LocationAdded', data: { businessId, ...location } };
  const shut: Unbranded<BusinessEvent> = { type: 'LocationClosed', data: { businessId, locationId } };

  it('are added, changed, closed', () => {
    given([created]).when({ type: 'AddLocation', data: location }).then([added]);
    given([created, added]).when({ type: 'AddLocation', data: location }).thenNothing();
    const many = Array.from({ length: 200 }, (_, i) => ({
      type: 'LocationAdded' as const,
      data: { businessId, ...details, locationId: `location ${i}` },
    }));
    const closed = { type: 'LocationClosed', data: { businessId, locationId: 'location 7' } } as const;
    given([created, ...many])
      .when({ type: 'AddLocation', data: location })
      .thenRejects('location.too_many');
    given([created, ...many, closed])
      .when({ type: 'AddLocation', data: location })
      .then([added]);
    given([created, added])
      .when({ type: 'ChangeLocation', data: { locationId, name: 'Shibuya' } })
      .then([{ type: 'LocationChanged', data: { businessId, ...location, name: 'Shibuya' } }]);
    const coordinates = { latitude: 35.6717, longitude: 139.765 };
    const placed: Unbranded<BusinessEvent> = {
      type: 'LocationChanged',
      data: { businessId, ...location, coordinates },
    };
    const place = { type: 'ChangeLocation', data: { locationId, coordinates } } as const;
    given([created, added]).when(place).then([placed]);
    given([created, added, placed]).when(place).thenNothing();
    given([created, added]).when({ type: 'CloseLocation', data: { locationId } }).then([shut]);
    given([created, added, shut]).when({ type: 'CloseLocation', data: { locationId } }).thenNothing();
  });

  it('must be there', () => {
    given([created]).when({ type: 'CloseLocation', data: { locationId } }).thenRejects('location.not_found');
    given([created, added, shut])
      .when({ type: 'ChangeLocation', data: { locationId, name: 'Shibuya' } })
      .thenRejects('location.not_found');
  });

  it('have hours that do not overlap', () =>
    given([created])
      .when({
        type: 'AddLocation',
        data: {
          ...location,
          hours: [
            { day: 2, opens: '09:00', closes: '12:00' },
            { day: 2, opens: '10:00', closes: '11:00' },
          ],
        },
      })
      .thenRejects('hours.overlap'));

  it('can be referred to while open', () => {
    const refer = (...events: Unbranded<BusinessEvent>[]) =>
      rejection(() =>
        ensureOpenLocations(fold([created, ...events]) as KnownBusiness, [uuid(locationId)], 'locationIds'),
      );
    expect(refer(added)).toBeUndefined();
    expect(refer(added, shut)).toBe('location.unknown');
    expect(refer()).toBe('location.unknown');
  });
});
