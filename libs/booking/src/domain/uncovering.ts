import { type DaySpan, fromEpochMs, type LocalDate, localDate, type Uuid } from '@yoyaku/kernel';
import type { AttentionReason, Uncovering } from './booking.events';
import { ownHoursAgainst, placeHoursAgainst } from './hours-against';
import type { OpeningRules, ResourceRules } from './rules';
import type { Interval } from './timetable';

/** A resource that a booking takes up, as it is by now. */
export interface UsedResource extends Pick<ResourceRules, 'resourceId' | 'hours'> {
  readonly exceptions: Readonly<Record<LocalDate, { readonly exceptionId: Uuid; readonly hours: readonly DaySpan[] }>>;
  readonly isWithdrawn: boolean;
  /** Whether the person for whom it stands has left the business. */
  readonly hasLeft: boolean;
  /** The time that is blocked on its calendar, each block with its id. */
  readonly blocks: readonly (Interval & { readonly bookingId: Uuid })[];
}

/** What a booking needs, as it is by now. */
export interface Surroundings {
  readonly serviceId: Uuid;
  readonly isServiceWithdrawn: boolean;
  /** The location where it is, or the business as such. */
  readonly placeId: Uuid;
  readonly isPlaceClosed: boolean;
  readonly opening: OpeningRules;
  readonly resources: readonly UsedResource[];
}

/** All that leaves a booking at that time without what it needs. */
export function uncovering(time: Interval, surroundings: Surroundings): Uncovering[] {
  const { serviceId, isServiceWithdrawn, placeId, isPlaceClosed, opening, resources } = surroundings;
  return [
    ...(isServiceWithdrawn ? because('service_withdrawn', serviceId) : []),
    ...(isPlaceClosed
      ? because('location_closed', placeId)
      : placeHoursAgainst(opening, time).flatMap((reason) => because(reason, placeId))),
    ...resources.flatMap((resource) => uncoveredBy(resource, time, opening)),
  ];
}

/** Whoever has gone has no hours. */
function uncoveredBy(resource: UsedResource, time: Interval, opening: OpeningRules): Uncovering[] {
  const { resourceId, isWithdrawn, hasLeft, blocks, exceptions } = resource;
  if (isWithdrawn) return because('resource_withdrawn', resourceId);
  if (hasLeft) return because('member_left', resourceId);
  const date = localDate(fromEpochMs(time.start), opening.timeZone);
  return [
    ...ownHoursAgainst(opening, resource, time).flatMap((reason) =>
      because(reason, (reason === 'exception' && exceptions[date]?.exceptionId) || resourceId),
    ),
    ...blocks.filter((block) => overlaps(block, time)).flatMap(({ bookingId }) => because('blocked', bookingId)),
  ];
}

const because = (reason: AttentionReason, of: Uuid): Uncovering[] => [{ reason, of }];

const overlaps = (a: Interval, b: Interval): boolean => a.start < b.end && b.start < a.end;
