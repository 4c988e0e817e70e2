import { instant } from '@yoyaku/kernel';
import { isTrue } from './due';

const [noon, two] = [instant('2027-04-01T12:00:00Z'), instant('2027-04-01T14:00:00Z')];

describe('a message about a booking is not true any more', () => {
  it.each([
    ['booking_confirmed', 0, 'cancelled', 1],
    ['booking_confirmed', 0, 'declined', 0],
    ['booking_requested', 0, 'confirmed', 0],
    ['booking_changed', 1, 'confirmed', 2],
    ['booking_cancelled', 1, 'confirmed', 2],
  ] as const)('%s of change %i, once it is %s by change %i', (kind, told, status, sequence) => {
    expect(isTrue(kind, { start: noon, sequence: told }, { status, start: noon, sequence })).toBe(false);
  });

  it('a reminder once it begins at another time, and not because it was moved and moved back', () => {
    const stands = { status: 'confirmed', start: noon, sequence: 2 };
    expect(isTrue('booking_reminder', { start: two, sequence: 2 }, stands)).toBe(false);
    expect(isTrue('booking_reminder', { start: noon, sequence: 0 }, stands)).toBe(true);
  });

  it('but is while nothing has changed', () => {
    const stands = { status: 'cancelled', start: noon, sequence: 1 };
    expect(isTrue('booking_cancelled', { start: noon, sequence: 1 }, stands)).toBe(true);
  });
});
