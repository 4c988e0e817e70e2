import type { StoredEvent } from '@yoyaku/eventing';
import { replay } from './history';
import { APIS, eventually } from './installation';
import { judgeHistory } from './judgement';
import { runCli, verify } from './read-models';
import { none, type Report, seconds } from './report';
import { availabilityEqualsFold, listEqualsFold, readHistory, repeatAnswers, unbecoming } from './verdict';
import type { World } from './world';

/** Within this time the reactor has released what requests that died half-way held. */
const SETTLED_WITHIN_MS = 60_000;

/**
 * Compares the whole history with all that clients were told and with what was seen of it before, and the read models
 * with the history.
 *
 * @param most how many answers are asked for again, at most
 */
export async function judge(world: World, report: Report, most: number): Promise<void> {
  const { client, installation, salon, marks, openedAt } = world;
  await report.check('faults are told as 503 with Retry-After, and nothing hangs', async () => {
    const disturbed = (origin: string, from: number, to: number) =>
      installation.disturbances.within(APIS[client.origins.indexOf(origin)] ?? '', from, to);
    none(unbecoming(client.exchanges, disturbed));
    const told = client.exchanges.filter(({ status }) => status === 503);
    const broken = client.exchanges.filter(({ status }) => status === null).length;
    const slowest = told.reduce((longest, { sentAt, endedAt }) => Math.max(longest, endedAt - sentAt), 0);
    return `503 ${told.length} times, the slowest after ${seconds(slowest)}, ${broken} connections broken`;
  });
  await report.check('a repeated key gives the first answer, byte for byte, at every process', () =>
    repeatAnswers(world, most),
  );

  const { businessId, services, probe } = salon;
  const ofSalon = ({ metadata }: StoredEvent): boolean => metadata.tenantId === businessId;
  const settled = async () => none(replay((await readHistory(installation)).filter(ofSalon)).orphans);
  // Whether it has is judged below.
  await eventually(settled, SETTLED_WITHIN_MS).catch(() => undefined);
  const events = await readHistory(installation);
  const circumstances = { businessId, services: [...services, probe], openedAt, marks: marks.taken };
  const { judged, replayed } = await judgeHistory(client, events, circumstances);
  for (const { name, findings, facts } of judged) {
    await report.check(name, async () => {
      none(findings);
      return facts;
    });
  }
  const head = events.at(-1)?.position ?? 0n;
  await report.check('the auditor says so too, with what was signed before', async () =>
    (await runCli(installation, 'audit', 'verify')).trim(),
  );
  await report.check('the list of bookings equals a fold of the events', () => listEqualsFold(world, replayed, head));
  await report.check('availability equals a fold of the events', () => availabilityEqualsFold(world, replayed, head));
  await report.check('every read model equals a fresh fold of all events', () => verify(installation));
}
