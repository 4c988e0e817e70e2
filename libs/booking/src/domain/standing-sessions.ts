import { MINUTE, type Uuid } from '@yoyaku/kernel';
import type { Spend } from './assignment';
import type { Candidate, Search } from './free-units';
import type { SessionKind } from './sessions';

/** Sessions that strangers may join, alike in length, buffers and team. */
export interface StandingSessions {
  readonly minutes: number;
  readonly before: number;
  readonly after: number;
  readonly members: ReadonlySet<Uuid>;
  /** Epoch ms, in order. */
  readonly starts: readonly number[];
  /** The kind of session that a member's time is then part of. */
  readonly kindOf: (member: Uuid) => SessionKind;
}

interface Session extends Pick<SessionKind, 'before' | 'after' | 'length'> {
  readonly start: number;
  readonly members: Set<Uuid>;
  readonly isTeam: boolean;
}

/** Cost of looking at one session, in steps. */
const COST_OF_SESSION = 50;

/** The sessions of the service that start in the range; `optionsFor` knows those at one start. */
export function standingSessions(
  { service, range }: Search,
  candidates: ReadonlyMap<Uuid, Candidate>,
  spend: Spend,
): StandingSessions[] {
  if (!service.shared) return [];
  const { serviceId, requirements } = service;
  const sessions = new Map<string, Session>();
  const teams = new Map<number, Set<Uuid>>();
  for (const { resourceId, taken } of candidates.values()) {
    for (const kind of taken) {
      if (kind.serviceId !== serviceId) continue;
      const alongside = requirements.length === 1 ? [] : kind.alongside;
      const isTeam = alongside !== null;
      const members = isTeam ? [resourceId, ...alongside].sort() : [resourceId];
      const name = isTeam ? members.join() : 'any';
      for (const start of kind.starts) {
        if (start < range.start || start >= range.end) continue;
        spend(COST_OF_SESSION);
        const key = `${start} ${kind.length} ${name}`;
        const { before, after, length } = kind;
        const known = sessions.get(key) ?? { start, length, before, after, members: new Set(), isTeam };
        for (const member of members) known.members.add(member);
        const buffers = { before: Math.max(known.before, before), after: Math.max(known.after, after) };
        sessions.set(key, { ...known, ...buffers });
        if (!isTeam) continue;
        const inTeams = teams.getOrInsertComputed(start, () => new Set());
        for (const member of members) inTeams.add(member);
      }
    }
  }
  const alike = Map.groupBy(sessions.values(), ({ start, length, before, after, members, isTeam }) => {
    // Who has a team is joined with that.
    const others = isTeam ? members : members.difference(teams.get(start) ?? new Set());
    return [length, before, after, isTeam, ...[...others].sort()].join();
  });
  return [...alike].map(([key, all]) => together(key, all, serviceId));
}

function together(key: string, alike: readonly Session[], serviceId: Uuid): StandingSessions {
  const [{ length, before, after, isTeam }] = alike as [Session];
  const members = key.split(',').slice(4).filter(Boolean) as Uuid[];
  return {
    minutes: length / MINUTE,
    before,
    after,
    members: new Set(members),
    starts: alike.map(({ start }) => start).sort((a, b) => a - b),
    kindOf: (member) => {
      const alongside = isTeam ? members.filter((id) => id !== member) : null;
      return { serviceId, length, before, after, alongside };
    },
  };
}
