import type { StoredEvent } from '@yoyaku/eventing';
import { problemOf } from './client';
import { judgeEffects, lostPast, lostPositions } from './effects';
import { differences, type Replayed, repeatsIn, replay } from './history';
import { APIS, eventually } from './installation';
import { verify } from './read-models';
import { unexplained } from './refusals';
import { none, type Report, seconds } from './report';
import {
  acknowledged,
  availabilityEqualsFold,
  chainsAreWhole,
  listEqualsFold,
  readHistory,
  repeatAnswers,
  unbecoming,
  unreasonable,
} from './verdict';
import type { World } from './world';

/** Within this time the reactor has released what requests that died half-way held. */
const SETTLED_WITHIN_MS = 60_000;

/**
 * Compares the whole history with all that clients were told and with the past, and the read models with the history.
 *
 * @param past the events that stood before anything was broken
 * @param most how many answers are asked for again, at most
 */
export async function judge(world: World, report: Report, past: readonly StoredEvent[], most: number): Promise<void> {
  const { client, installation } = world;
  await report.check('faults are told as 503 with Retry-After, and nothing hangs', async () => {
    const disturbed = (origin: string, from: number, to: number) =>
      installation.disturbances.within(APIS[client.origins.indexOf(origin)] ?? '', from, to);
    none(unbecoming(client.exchanges, disturbed));
    const told = client.exchanges.filter(({ status }) => status === 503);
    const broken = client.exchanges.filter(({ status }) => status === null).length;
    const slowest = Math.max(0, ...told.map(({ sentAt, endedAt }) => endedAt - sentAt));
    return `503 ${told.length} times, the slowest after ${seconds(slowest)}, ${broken} connections broken`;
  });
  await report.check('nothing is refused without a reason', async () => {
    none(unreasonable(client.decided));
    const refusals = client.decided.map(({ answer }) => problemOf(answer)).filter((code) => code !== null);
    const counts = Object.entries(Object.groupBy(refusals, (code) => code));
    return counts.map(([code, all]) => `${code} ${all?.length} times`).join(', ');
  });
  await report.check('a repeated key gives the first answer, byte for byte, at every process', () =>
    repeatAnswers(world, most),
  );

  const { EVENTSTORE_URL = '' } = installation.environment;
  const ofSalon = ({ metadata }: StoredEvent): boolean => metadata.tenantId === world.salon.businessId;
  const salonEvents = async () => (await readHistory(EVENTSTORE_URL)).filter(ofSalon);
  const settled = eventually(async () => {
    const replayed = replay(await salonEvents());
    none(replayed.orphans);
    return replayed;
  }, SETTLED_WITHIN_MS);
  await report.check('no hold is left without its booking', async () => {
    const { holds } = await settled;
    return `${holds.length} holds`;
  });
  const events = await readHistory(EVENTSTORE_URL);
  const replayed: Replayed = replay(events.filter(ofSalon));
  const head = events.at(-1)?.position ?? 0n;
  await report.check('what was before stands where it stood', async () => {
    none(lostPast(past, events));
    return `${past.length} events`;
  });
  const { findings, uncertain, doneUnheard } = judgeEffects(client.decided, client.unsure, events.filter(ofSalon));
  await report.check(
    'every command was done once if so told, none that was refused, an unheard one at most once',
    async () => {
      none(findings);
      none(lostPositions(client.decided, events));
      return `${client.decided.length} told, ${client.unsure.length} unheard, of which ${doneUnheard} were done`;
    },
  );
  await report.check('every booking is as it was last acknowledged', async () => {
    const certain = <T>(bookings: ReadonlyMap<string, T>) =>
      new Map([...bookings].filter(([id]) => !uncertain.has(id)));
    const expected = certain(acknowledged(client.decided));
    none(differences(expected, certain(replayed.bookings)));
    return `${expected.size} bookings`;
  });
  await report.check('a slot was taken whenever somebody was told so', async () => {
    const services = [...world.salon.services, world.salon.probe];
    none(unexplained(client.decided, services, events.filter(ofSalon)));
    const refused = client.decided.filter(({ answer }) => problemOf(answer) === 'booking.slot_taken').length;
    return `${refused} refusals`;
  });
  await report.check('no two bookings of a resource overlapped at any time', async () => {
    none(replayed.overlaps);
    return `${events.filter((event) => event.type === 'SlotReserved' && ofSalon(event)).length} reservations`;
  });
  await report.check("every active booking's slot stood in its calendars all the time", async () => {
    none(replayed.unheld);
    return `${replayed.bookings.size} bookings`;
  });
  await report.check('hash chains are whole', () => chainsAreWhole(events));
  await report.check('no event stands twice', async () => {
    none(repeatsIn(events));
    return `${events.length} events`;
  });
  await report.check('the list of bookings equals a fold of the events', () => listEqualsFold(world, replayed, head));
  await report.check('availability equals a fold of the events', () => availabilityEqualsFold(world, replayed, head));
  await report.check('every read model equals a fresh fold of all events', () => verify(installation));
}
