import { notificationEvents } from './notification.events';
import { preferencesEvents } from './preferences.events';

/** As the first build stored it. */
const STORED = {
  notificationId: '0198f0c2-5c4e-7a7b-8c3d-2f1e0d9c8b7a',
  userId: null,
  customerId: '0198f0c2-5c4e-7a7b-8c3d-2f1e0d9c8b7b',
  businessId: '0198f0c2-5c4e-7a7b-8c3d-2f1e0d9c8b7c',
  notice: { kind: 'booking_confirmed', facts: { serviceName: 'Cut', resourceNames: ['Yuki'], sequence: 0 } },
  channels: ['email'],
  locale: 'ja',
};

it('reads a message of the first build, which named people in clear, without their names', () => {
  expect(notificationEvents.NotificationRequested.upcasts?.[1]?.(STORED)).toEqual({
    ...STORED,
    notice: { kind: 'booking_confirmed', facts: { serviceName: 'Cut', resourceIds: [], sequence: 0 } },
  });
});

it('reads what builds stored that knew fewer kinds of messages as it is', () => {
  const welcome = { ...STORED, notice: { kind: 'welcome', facts: {} } };
  for (const from of [2, 3, 4, 5, 6, 7])
    expect(notificationEvents.NotificationRequested.upcasts?.[from]?.(welcome)).toEqual(welcome);
  const chosen = { userId: STORED.customerId, preferences: [{ kind: 'welcome', channel: 'app', enabled: false }] };
  for (const from of [1, 2, 3, 4, 5, 6])
    expect(preferencesEvents.NotificationPreferencesSet.upcasts?.[from]?.(chosen)).toEqual(chosen);
});

it('reads of people who were made members unasked that there is nothing to accept', () => {
  const [upcast, facts] = [
    notificationEvents.NotificationRequested.upcasts?.[8],
    { businessName: 'Salon', role: 'staff' },
  ];
  const made = { ...STORED, notice: { kind: 'invitation', facts } };
  expect(upcast?.(made)).toEqual({ ...made, notice: { kind: 'invitation', facts: { ...facts, assignmentId: null } } });
  const welcome = { ...STORED, notice: { kind: 'welcome', facts: {} } };
  expect(upcast?.(welcome)).toEqual(welcome);
});
