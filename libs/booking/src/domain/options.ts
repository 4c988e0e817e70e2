import { MINUTE, type Uuid } from '@yoyaku/kernel';
import type { Held } from './calendar.decider';
import { type Choice, type Choices, canBeMet, isAgreed, type SlotTime, type SlotWish } from './choices';
import { type Offer, performersOf } from './offers';
import type { Interval } from './timetable';

/** One way to meet a wish: with time of its own, or in a session that stands already. */
export interface Option {
  /** With the length of the session, where it joins one. */
  readonly offer: Offer;
  readonly isAgreed: boolean;
  /** Where, and with whom. */
  readonly choices: () => Choice[];
  /** What it takes of that resource's time, with this team; without one, what is asked before a team is chosen. */
  readonly timeOf: (resourceId: Uuid, team?: readonly Uuid[]) => SlotTime;
}

/**
 * A session that strangers may join. Who joins keeps to its length and buffers (ms), which are those of its first
 * booking, and to its team.
 */
interface Session {
  readonly minutes: number;
  before: number;
  after: number;
  readonly members: Set<Uuid>;
  /** Whether those are its team, and not merely some who may be. */
  readonly isTeam: boolean;
}

/** What of a resource's time is taken by what starts then. */
type EntriesOf = (resourceId: Uuid) => readonly Held[];

/**
 * The ways to meet a wish, in the order in which they are tried: cheapest first, then those that join a session, then
 * shortest. `entriesOf` says what is taken; it is asked only where strangers may join.
 */
export function optionsFor(wish: SlotWish, allowed: Choices, entriesOf: EntriesOf): Option[] {
  const { service, partySize, keepsTeams = true } = wish;
  const sessions = service.shared ? sessionsAt(wish, entriesOf) : [];
  const inSession = new Set(keepsTeams ? sessions.flatMap(({ members }) => [...members]) : []);
  const options: { readonly option: Option; readonly joins: boolean }[] = [];
  for (const { offer, ids } of performersOf(service, partySize)) {
    for (const session of sessions) {
      if (ids.some((id) => session.members.has(id))) {
        options.push({ option: joining(session, offer, wish, allowed), joins: true });
      }
    }
    options.push({ option: alone(offer, inSession, wish, allowed), joins: false });
  }
  return options
    .sort((a, b) => {
      const [one, other] = [a.option.offer, b.option.offer];
      const byPrice = one.price.amount - other.price.amount;
      return byPrice || Number(b.joins) - Number(a.joins) || one.minutes - other.minutes;
    })
    .map(({ option }) => option);
}

/** Whether the rules leave any choice. Where each is taken, it is so in sessions with other teams, too. */
export const isPossible = ({ service, partySize }: SlotWish, allowed: Choices): boolean =>
  performersOf(service, partySize).some(({ offer }) => canBeMet(allowed.with(offer), () => true));

/** The sessions of the service at that start, without what the booking itself holds so far. */
function sessionsAt(wish: SlotWish, entriesOf: EntriesOf): readonly Session[] {
  const { service, start, resources, present, keepsTeams = true } = wish;
  const sessions = new Map<string, Session>();
  for (const id of resources.keys()) {
    for (const entry of entriesOf(id)) {
      const isOpen = entry.start === start && entry.shared && entry.serviceId === service.serviceId;
      if (!isOpen || (present && entry.holdId === present.holdId)) continue;
      const alongside = service.requirements.length === 1 ? [] : entry.alongside;
      const isTeam = keepsTeams && alongside !== null;
      const members = isTeam ? [id, ...alongside].sort() : keepsTeams ? [id] : [...resources.keys()];
      const session = sessions.getOrInsertComputed(`${entry.end} ${isTeam ? members.join() : 'any'}`, (): Session => {
        const minutes = (entry.end - start) / MINUTE;
        return { minutes, before: 0, after: 0, members: new Set(), isTeam };
      });
      // Of the earlier builds a session may have bookings with other buffers.
      session.before = Math.max(session.before, entry.before);
      session.after = Math.max(session.after, entry.after);
      for (const member of members) session.members.add(member);
    }
  }
  return withoutTeamsOf([...sessions.values()]);
}

/** Who has a team is joined with that, also while others of its bookings are given to somebody else. */
function withoutTeamsOf(sessions: readonly Session[]): readonly Session[] {
  const inTeams = new Set(sessions.filter(({ isTeam }) => isTeam).flatMap(({ members }) => [...members]));
  return sessions.map((session) =>
    session.isTeam ? session : { ...session, members: session.members.difference(inTeams) },
  );
}

function joining(session: Session, usual: Offer, wish: SlotWish, allowed: Choices): Option {
  const { minutes, before, after, members, isTeam } = session;
  const offer = { ...usual, minutes };
  return {
    offer,
    isAgreed: isAgreed(wish, offer, usual),
    choices: () => among(allowed.with(usual, minutes), (id) => members.has(id)),
    timeOf: (resourceId) => ({
      ...lasting(wish, minutes),
      before,
      after,
      alongside: isTeam ? withoutId([...members], resourceId) : null,
    }),
  };
}

/** Time of its own. Who has a session then is in it, and only with its team. */
function alone(offer: Offer, inSession: ReadonlySet<Uuid>, wish: SlotWish, allowed: Choices): Option {
  const { service, keepsTeams = true } = wish;
  return {
    offer,
    isAgreed: isAgreed(wish, offer),
    choices: () => among(allowed.with(offer), (id) => !inSession.has(id)),
    timeOf: (resourceId, team) => ({
      ...lasting(wish, offer.minutes),
      before: service.bufferBeforeMinutes * MINUTE,
      after: service.bufferAfterMinutes * MINUTE,
      alongside: team && service.shared && keepsTeams ? withoutId(team, resourceId) : null,
    }),
  };
}

const among = (choices: Choice[], isWanted: (id: Uuid) => boolean): Choice[] =>
  choices.map((choice) => ({ ...choice, requirements: choice.requirements.map((ids) => ids.filter(isWanted)) }));

const lasting = ({ start }: SlotWish, minutes: number): Interval => ({ start, end: start + minutes * MINUTE });

export const withoutId = (ids: readonly Uuid[], gone: Uuid): Uuid[] => ids.filter((id) => id !== gone).sort();
