import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { ExceptionPlace } from './exception-place';
import { Resource, type ResourceStep } from './resource.decider';
import type { ResourceEvent, ResourceException } from './resource.events';

const { given, fold } = specify(Resource.decider);

const ids = {
  resourceId: '01900000-0000-7000-8000-000000000010',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const userId = '01900000-0000-7000-8000-00000000000b';
const details = { name: 'Yuki', description: null, capacity: 1, locationId: null, userId };
const create: Unbranded<ResourceStep> = { type: 'CreateResource', data: { ...ids, kind: 'staff', ...details } };
const created: Unbranded<ResourceEvent> = { type: 'ResourceCreated', data: { ...ids, kind: 'staff', ...details } };
const removed: Unbranded<ResourceEvent> = { type: 'ResourceRemoved', data: ids };

describe('a resource', () => {
  it('is created once', () => {
    given([]).when(create).then([created]);
    given([created]).when(create).thenNothing();
    given([created, removed]).when(create).thenRejects('resource.id_taken');
  });

  it('that is a user is staff', () =>
    given([])
      .when({ type: 'CreateResource', data: { ...ids, kind: 'room', ...details } })
      .thenRejects('resource.user_needs_staff'));

  it('changes by what is given', () => {
    given([created])
      .when({ type: 'ChangeResource', data: { name: 'Yuki S.' } })
      .then([{ type: 'ResourceChanged', data: { ...ids, ...details, name: 'Yuki S.' } }]);
    given([created])
      .when({ type: 'ChangeResource', data: { name: 'Yuki' } })
      .thenNothing();
  });

  it('is removed', () => {
    given([created]).when({ type: 'RemoveResource', data: {} }).then([removed]);
    given([created, removed]).when({ type: 'RemoveResource', data: {} }).thenNothing();
    given([created, removed]).when({ type: 'ChangeResource', data: {} }).thenRejects('resource.not_found');
  });
});

describe("a resource's working hours", () => {
  const hours = [
    { day: 1, starts: '13:00', ends: '17:00' },
    { day: 1, starts: '09:00', ends: '12:00' },
  ] as const;
  const set: Unbranded<ResourceEvent> = { type: 'ResourceHoursSet', data: { ...ids, hours } };

  it('may be several a day', () => {
    given([created]).when({ type: 'SetWorkingHours', data: { hours } }).then([set]);
    given([created, set])
      .when({ type: 'SetWorkingHours', data: { hours: hours.toReversed() } })
      .thenNothing();
    expect(fold([created, set])).toMatchObject({
      hours: {
        1: [
          { starts: '09:00', ends: '12:00' },
          { starts: '13:00', ends: '17:00' },
        ],
      },
    });
  });

  it('never overlap', () =>
    given([created])
      .when({ type: 'SetWorkingHours', data: { hours: [...hours, { day: 1, starts: '16:59', ends: '18:00' }] } })
      .thenRejects('hours.overlap'));
});

describe("a resource's exceptions", () => {
  const exceptionId = '01900000-0000-7000-8000-000000000020';
  const off: Unbranded<ResourceException> = { exceptionId, date: '2026-05-04', kind: 'off', hours: [] };
  const short: Unbranded<ResourceException> = { ...off, kind: 'hours', hours: [{ starts: '10:00', ends: '12:00' }] };
  const added = (exception: Unbranded<ResourceException>): Unbranded<ResourceEvent> => ({
    type: 'ResourceExceptionAdded',
    data: { ...ids, ...exception },
  });

  it('are added once', () => {
    given([created])
      .when({ type: 'AddException', data: off })
      .then([added(off)]);
    given([created, added(off)])
      .when({ type: 'AddException', data: off })
      .thenNothing();
    given([created, added(off)])
      .when({ type: 'AddException', data: short })
      .thenRejects('exception.id_taken');
  });

  it('are one a day', () =>
    given([created, added(off)])
      .when({ type: 'AddException', data: { ...short, exceptionId: ids.resourceId } })
      .thenRejects('exception.date_taken'));

  it('with hours need some, without overlap; those off have none', () => {
    given([created])
      .when({ type: 'AddException', data: { ...short, hours: [] } })
      .thenRejects('exception.hours_missing');
    given([created])
      .when({ type: 'AddException', data: { ...short, hours: [...short.hours, ...short.hours] } })
      .thenRejects('hours.overlap');
    given([created])
      .when({ type: 'AddException', data: { ...off, hours: short.hours } })
      .then([added(off)]);
  });

  it('move to another day and leave the first', () => {
    const moved = { ...off, date: '2026-05-05' };
    const change = { type: 'ChangeException', data: { exceptionId, date: '2026-05-05' } } as const;
    given([created, added(off)])
      .when(change)
      .then([{ type: 'ResourceExceptionChanged', data: { ...ids, ...moved } }]);
    given([created, added(off)])
      .when(change)
      .thenState((state) => expect(state).toMatchObject({ exceptions: { '2026-05-05': moved } }));
    expect(Object.keys((fold([created, added(off)]) as { exceptions: object }).exceptions)).toEqual(['2026-05-04']);
    given([created]).when(change).thenRejects('exception.not_found');
  });

  it('are removed', () => {
    const remove = { type: 'RemoveException', data: { exceptionId } } as const;
    const gone: Unbranded<ResourceEvent> = {
      type: 'ResourceExceptionRemoved',
      data: { ...ids, exceptionId, date: '2026-05-04' },
    };
    given([created, added(off)])
      .when(remove)
      .then([gone]);
    given([created, added(off), gone])
      .when(remove)
      .thenNothing();
    given([created, added(off), gone])
      .when({ type: 'AddException', data: short })
      .then([added(short)]);
  });

  it('belong to one resource', () => {
    const place = { exceptionId, ...ids };
    const spec = specify(ExceptionPlace.decider);
    const placed = { type: 'ExceptionPlaced', data: place } as const;
    spec.given([]).when({ type: 'PlaceException', data: place }).then([placed]);
    spec.given([placed]).when({ type: 'PlaceException', data: place }).thenNothing();
    spec
      .given([placed])
      .when({ type: 'PlaceException', data: { ...place, resourceId: userId } })
      .thenRejects('exception.id_taken');
  });
});
