import { excludes, type Hold, sameSession } from './holds';

/** A service of the business under load: every requirement is met by any one of its resources. */
export interface OfferedService {
  readonly id: string;
  /** ms, as all times here. */
  readonly duration: number;
  readonly before: number;
  readonly after: number;
  /** People in one session; strangers join one of more than one. */
  readonly capacity: number;
  readonly requirements: readonly (readonly string[])[];
}

export interface Offer {
  readonly start: number;
  readonly remaining: number;
}

/**
 * What must be on offer while these holds stand: at each of the starts, in order, the places that are left, as many as
 * the scarcest requirement has. Requirements must not share resources.
 */
export function offersOf(service: OfferedService, starts: readonly number[], holds: readonly Hold[]): Offer[] {
  const byResource = Map.groupBy(holds, ({ resourceId }) => resourceId);
  return starts.flatMap((start) => {
    const placesOn = (resourceId: string): number => {
      const wanted: Hold = {
        resourceId,
        bookingId: '',
        holdId: '',
        serviceId: service.id,
        shared: service.capacity > 1,
        start,
        end: start + service.duration,
        before: service.before,
        after: service.after,
        partySize: 1,
      };
      const there = byResource.get(resourceId) ?? [];
      if (there.some((hold) => excludes(hold, wanted))) return 0;
      const taken = there.filter((hold) => sameSession(hold, wanted)).reduce((sum, hold) => sum + hold.partySize, 0);
      return Math.max(0, service.capacity - taken);
    };
    const places = service.requirements.map((anyOf) => anyOf.reduce((sum, id) => sum + placesOn(id), 0));
    const remaining = Math.min(...places);
    return remaining > 0 ? { start, remaining } : [];
  });
}
