import { epochMs, instant } from '@yoyaku/kernel';
import { id } from '@yoyaku/kernel/specification';
import type { OpeningRules } from './rules';
import { type Surroundings, type UsedResource, uncovering } from './uncovering';

/** A Friday in Tokyo. */
const at = (time: string) => epochMs(instant(`2026-04-10T${time}:00+09:00`));
const booked = { start: at('10:00'), end: at('11:00') };
const daily = (starts: string, ends: string) =>
  Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, [{ starts, ends }]])) as OpeningRules['hours'];

const opening: OpeningRules = { timeZone: 'Asia/Tokyo', hours: daily('09:00', '18:00'), holidays: {} };
const yuki: UsedResource = {
  resourceId: id('yuki'),
  hours: null,
  exceptions: {},
  isWithdrawn: false,
  hasLeft: false,
  blocks: [],
};
const well: Surroundings = {
  serviceId: id('cut'),
  isServiceWithdrawn: false,
  placeId: id('salon'),
  isPlaceClosed: false,
  opening,
  resources: [yuki],
};
const reasonsOf = (change: Partial<Surroundings>) =>
  uncovering(booked, { ...well, ...change }).map(({ reason, of }) => `${reason} ${of}`);
const withYuki = (change: Partial<UsedResource>) => reasonsOf({ resources: [{ ...yuki, ...change }] });
const block = (starts: string, ends: string) => ({ bookingId: id('dentist'), start: at(starts), end: at(ends) });
const off = { '2026-04-10': { exceptionId: id('day off'), hours: [] } };

it('a booking is left without nothing that is as it was', () => expect(reasonsOf({})).toEqual([]));

it.each<[string, Partial<Surroundings>, string[]]>([
  ['a withdrawn service', { isServiceWithdrawn: true }, ['service_withdrawn cut']],
  [
    'a closed location, whatever its hours',
    { isPlaceClosed: true, opening: { ...opening, hours: {} } },
    ['location_closed salon'],
  ],
  ['hours', { opening: { ...opening, hours: daily('10:30', '18:00') } }, ['place_hours salon']],
  ['a holiday', { opening: { ...opening, holidays: { '2026-04-10': 'Fire drill' } } }, ['holiday salon']],
])('of its place and service: %s', (_, change, reasons) => expect(reasonsOf(change)).toEqual(reasons));

it.each<[string, Partial<UsedResource>, string[]]>([
  ['one that is withdrawn', { isWithdrawn: true, hasLeft: true, exceptions: off }, ['resource_withdrawn yuki']],
  ['a person who has left', { hasLeft: true, exceptions: off }, ['member_left yuki']],
  ['a day off', { exceptions: off }, ['exception day off']],
  ['their hours', { hours: daily('10:30', '18:00') }, ['resource_hours yuki']],
  ['a block over a part of it', { blocks: [block('10:59', '12:00')] }, ['blocked dentist']],
  ['blocks beside it', { blocks: [block('09:00', '10:00'), block('11:00', '12:00')] }, []],
])('of its resource: %s', (_, change, reasons) => expect(withYuki(change)).toEqual(reasons));

it('a booking may be left without several things at once', () =>
  expect(
    reasonsOf({
      isServiceWithdrawn: true,
      resources: [
        { ...yuki, isWithdrawn: true },
        { ...yuki, exceptions: off },
      ],
    }),
  ).toEqual(['service_withdrawn cut', 'resource_withdrawn yuki', 'exception day off']));
