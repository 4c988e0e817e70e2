import {
  type Aggregate,
  areDisjoint,
  areDisjointInWeek,
  byWeekday,
  type DaySpan,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  isSame,
  type LocalDate,
  type Message,
  recordOf,
  tenantOfBusiness,
  type Uuid,
  unlessNone,
  type WeeklySpans,
} from '@yoyaku/kernel';
import {
  RESOURCE,
  type ResourceDetails,
  type ResourceEvent,
  type ResourceException,
  type ResourceKind,
  resourceEvents,
  type WorkingHours,
} from './resource.events';

export type ResourceCommand =
  | Message<'RemoveResource', object>
  | Message<'SetWorkingHours', { hours: readonly WorkingHours[] }>;

/** Steps of commands in `application/`, which look at what a resource names, and find the resource of an exception. */
export type ResourceStep =
  | Message<'CreateResource', ResourceDetails & { resourceId: Uuid; businessId: Uuid; kind: ResourceKind }>
  | Message<'ChangeResource', Partial<ResourceDetails>>
  | Message<'AddException', ResourceException>
  | Message<'ChangeException', Partial<ResourceException> & { exceptionId: Uuid }>
  | Message<'RemoveException', { exceptionId: Uuid }>;

export interface KnownResource extends ResourceDetails {
  readonly status: 'active' | 'removed';
  readonly resourceId: Uuid;
  readonly businessId: Uuid;
  readonly kind: ResourceKind;
  /** `null` until they are set for the first time. Until then the resource works whenever the business is open. */
  readonly hours: WeeklySpans | null;
  readonly exceptions: Readonly<Record<LocalDate, StandingException>>;
  readonly createdAt: Instant;
}

/** An exception, and when it was made and changed last. */
interface StandingException extends ResourceException {
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type ResourceState = { readonly status: 'none' } | KnownResource;

const record = recordOf<KnownResource>({ taken: 'resource.id_taken', unknown: 'resource.not_found' });

const decider: Decider<ResourceState, ResourceCommand | ResourceStep, ResourceEvent> = {
  initial: { status: 'none' },
  decide: {
    CreateResource: ({ data }, state) => {
      ensureUserIsStaff(data);
      return record.create(state, data, { type: 'ResourceCreated', data });
    },
    ChangeResource: (command, state) =>
      record.change(state, command.data, ({ kind, hours: _, exceptions: __, ...data }) => {
        ensureUserIsStaff({ kind, ...data });
        return { type: 'ResourceChanged', data };
      }),
    RemoveResource: (_, state) =>
      record.remove(state, (resource) => ({ type: 'ResourceRemoved', data: idsOf(resource) })),
    SetWorkingHours: ({ data: { hours } }, state) => {
      const resource = record.active(state);
      const spans = byWeekday(hours);
      ensure(areDisjointInWeek(spans), 'hours.overlap', { path: 'hours' });
      if (isSame(spans, resource.hours)) return [];
      return [{ type: 'ResourceHoursSet', data: { ...idsOf(resource), hours } }];
    },
    AddException: ({ data }, state) => {
      const resource = record.active(state);
      const exception = checked(data);
      const existing = exceptionOf(resource, data.exceptionId);
      if (existing) {
        ensure(isSame(exception, existing), 'exception.id_taken');
        return [];
      }
      ensureDayIsFree(resource, exception);
      return [{ type: 'ResourceExceptionAdded', data: { ...idsOf(resource), ...exception } }];
    },
    ChangeException: ({ data }, state) => {
      const resource = record.active(state);
      const current = exceptionOf(resource, data.exceptionId);
      if (!current) throw new DomainError('exception.not_found');
      const exception = checked({ ...current, ...data });
      if (isSame(exception, current)) return [];
      ensureDayIsFree(resource, exception);
      return [{ type: 'ResourceExceptionChanged', data: { ...idsOf(resource), ...exception } }];
    },
    RemoveException: ({ data: { exceptionId } }, state) => {
      const resource = record.active(state);
      const current = exceptionOf(resource, exceptionId);
      if (!current) return [];
      return [{ type: 'ResourceExceptionRemoved', data: { ...idsOf(resource), exceptionId, date: current.date } }];
    },
  },
  evolve: {
    ResourceCreated: (_, { data, at }) => record.created({ hours: null, exceptions: {}, ...data }, at),
    ResourceChanged: (state, { data }) => record.changed(state, data),
    ResourceRemoved: (state) => record.removed(state),
    ResourceHoursSet: (state, { data: { hours } }) => record.changed(state, { hours: byWeekday(hours) }),
    ResourceExceptionAdded: (state, { data, at }) => withException(state, data, at),
    ResourceExceptionChanged: (state, { data, at }) => withException(state, data, at),
    ResourceExceptionRemoved: (state, { data: { exceptionId } }) =>
      record.changed(state, { exceptions: exceptionsWithout(state, exceptionId) }),
  },
};

export const Resource: Aggregate<ResourceState, ResourceCommand | ResourceStep, ResourceEvent, KnownResource> = {
  category: RESOURCE,
  decider,
  events: resourceEvents,
  tenantOf: tenantOfBusiness,
  known: unlessNone('resource.not_found'),
};

const standing = ({ exceptions }: KnownResource, exceptionId: Uuid): StandingException | undefined =>
  Object.values(exceptions).find((exception) => exception.exceptionId === exceptionId);

/** What the exception of that id says, if it stands. */
function exceptionOf(resource: KnownResource, exceptionId: Uuid): ResourceException | undefined {
  const found = standing(resource, exceptionId);
  if (!found) return undefined;
  const { createdAt: _, updatedAt: __, ...exception } = found;
  return exception;
}

const idsOf = ({ resourceId, businessId }: KnownResource) => ({ resourceId, businessId });

const ensureUserIsStaff = ({ kind, userId }: { kind: ResourceKind; userId: Uuid | null }): void =>
  ensure(userId === null || kind === 'staff', 'resource.user_needs_staff', { path: 'userId' });

/** Throws `exception.hours_missing`, `hours.overlap`. */
function checked({ exceptionId, date, kind, hours }: ResourceException): ResourceException {
  if (kind === 'off') return { exceptionId, date, kind, hours: [] };
  ensure(hours.length > 0, 'exception.hours_missing', { path: 'hours' });
  ensure(areDisjoint(hours), 'hours.overlap', { path: 'hours' });
  return { exceptionId, date, kind, hours: hours.toSorted(byStart) };
}

const byStart = (a: DaySpan, b: DaySpan): number => (a.starts < b.starts ? -1 : 1);

function ensureDayIsFree({ exceptions }: KnownResource, { exceptionId, date }: ResourceException): void {
  const other = exceptions[date];
  ensure(!other || other.exceptionId === exceptionId, 'exception.date_taken', { path: 'date' });
}

const exceptionsWithout = (state: ResourceState, exceptionId: Uuid): KnownResource['exceptions'] =>
  Object.fromEntries(
    Object.entries((state as KnownResource).exceptions).filter(([, one]) => one.exceptionId !== exceptionId),
  );

function withException(
  state: ResourceState,
  { exceptionId, date, kind, hours }: ResourceException,
  at: Instant,
): ResourceState {
  const createdAt = standing(state as KnownResource, exceptionId)?.createdAt ?? at;
  const exception = { exceptionId, date, kind, hours, createdAt, updatedAt: at };
  return record.changed(state, { exceptions: { ...exceptionsWithout(state, exceptionId), [date]: exception } });
}
