import type { Uuid } from '@yoyaku/kernel';
import type { Candidates, Spend } from './assignment';
import type { Candidate, Search } from './free-units';
import { choicesAmong, usableAt, type Venue } from './rules';

interface Asked extends Pick<Search, 'service'> {
  readonly candidates: ReadonlyMap<Uuid, Candidate>;
}

/** Resources at one place that meet the service's requirements with one offer. */
export interface Team {
  readonly members: readonly Candidate[];
  /** For each requirement, indexes in the list of members. */
  readonly candidates: Candidates;
}

/** Cost of one entry of a team's lists, in steps. */
const COST_OF_ENTRY = 10;

/** The teams at one place. */
export class PlaceTeams {
  /** For each requirement but the first one. */
  private readonly others: readonly (readonly Uuid[])[];

  constructor(
    private readonly venue: Venue,
    private readonly asked: Asked,
    private readonly spend: Spend,
  ) {
    this.others = asked.service.requirements.slice(1).map(({ anyOf }) => this.usable(anyOf));
  }

  /** The teams whose performer is one of these; with `members`, of them alone. */
  *with(performers: readonly Uuid[], members?: ReadonlySet<Uuid>): Generator<Team, void> {
    if (this.others.some(({ length }) => length === 0)) return;
    const all = [this.usable(performers), ...this.others];
    const lists = members ? all.map((ids) => ids.filter((id) => members.has(id))) : all;
    if (lists.some(({ length }) => length === 0)) return;
    this.spend(COST_OF_ENTRY * entriesIn(lists));
    for (const choice of choicesAmong(this.venue, lists, this.locationOf)) {
      this.spend(COST_OF_ENTRY * entriesIn(choice));
      yield teamOf(choice, this.asked.candidates);
    }
  }

  private usable(ids: readonly Uuid[]): readonly Uuid[] {
    this.spend(COST_OF_ENTRY * ids.length);
    const known = ids.filter((id) => this.asked.candidates.has(id));
    return usableAt(this.venue, known, this.locationOf);
  }

  private readonly locationOf = (id: Uuid): Uuid | null => this.asked.candidates.get(id)?.locationId ?? null;
}

const entriesIn = (lists: readonly (readonly Uuid[])[]): number => lists.reduce((sum, { length }) => sum + length, 0);

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
