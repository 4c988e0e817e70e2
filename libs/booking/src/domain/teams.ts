import type { Uuid } from '@yoyaku/kernel';
import type { Candidates } from './assignment';
import type { Candidate, Search } from './free-units';
import { isSameOffer, type Offer, offerOf } from './offers';
import { choicesAt, type Venue } from './rules';

interface Asked extends Pick<Search, 'service' | 'partySize'> {
  readonly candidates: ReadonlyMap<Uuid, Candidate>;
}

/** Resources at one place that meet the service's requirements with one offer. */
export interface Team {
  readonly members: readonly Candidate[];
  /** For each requirement, indexes in the list of members. */
  readonly candidates: Candidates;
}

/** The teams at that place whose performer makes this offer. */
export function teamsAt(venue: Venue, offer: Offer, { service, candidates, partySize }: Asked): Team[] {
  const isFit = (id: Uuid, requirement: number): boolean =>
    candidates.has(id) && (requirement > 0 || isSameOffer(offerOf(service, id, partySize), offer));
  const lists = service.requirements.map(({ anyOf }, i) => anyOf.filter((id) => isFit(id, i)));
  const locationOf = (id: Uuid): Uuid | null => candidates.get(id)?.locationId ?? null;
  return choicesAt(venue, lists, locationOf).map((choice) => teamOf(choice, candidates));
}

function teamOf(lists: readonly (readonly Uuid[])[], candidates: Asked['candidates']): Team {
  const numbers = new Map<Uuid, number>();
  const members: Candidate[] = [];
  const numbered = lists.map((ids) =>
    ids.map((id) => {
      const number = numbers.get(id) ?? members.push(candidates.get(id) as Candidate) - 1;
      numbers.set(id, number);
      return number;
    }),
  );
  return { members, candidates: numbered };
}
