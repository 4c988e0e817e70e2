import { runProjection } from '@yoyaku/projecting';
import { blocksProjection } from './projection';

const stream = 'calendar-yuki';
const lunch = {
  blockId: 'lunch',
  businessId: 'salon',
  resourceId: 'yuki',
  start: '2027-04-01T03:00:00Z',
  end: '2027-04-01T04:00:00Z',
};
const sealed = { fields: ['reason'], data: { subject: 'resource:yuki', box: 'Ramen' }, actor: null };
const blocked = {
  type: 'TimeBlocked',
  data: { ...lunch, reason: null, calendarId: null },
  stream,
  id: 'event',
  sealed,
} as const;

describe('the blocks of a resource', () => {
  it('stand with their times; why stays sealed', () =>
    expect(runProjection(blocksProjection, [blocked]).blocks).toEqual([
      {
        resourceId: 'yuki',
        id: 'lunch',
        businessId: 'salon',
        startsAt: lunch.start,
        endsAt: lunch.end,
        createdAt: '2026-04-01T00:00:00Z',
        updatedAt: '2026-04-01T00:00:00Z',
        reason: { subject: 'resource:yuki', box: 'Ramen', eventId: 'event' },
        calendarId: null,
      },
    ]));

  it('go when they are lifted', () =>
    expect(runProjection(blocksProjection, [blocked, { type: 'TimeUnblocked', data: lunch, stream }]).blocks).toEqual(
      [],
    ));
});
