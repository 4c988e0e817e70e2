import { Disturbances } from './disturbances';
import { Tally } from './tally';
import type { World } from './world';

function worldOf(exchanges: readonly { sentAt: number; endedAt: number; status: number | null }[]) {
  const sent: object[] = [];
  const disturbances = new Disturbances();
  const world = { client: { exchanges: sent }, installation: { disturbances }, marks: { take: async () => {} } };
  const strike = async () => {
    disturbances.hit();
    sent.push(...exchanges.map((exchange) => ({ ...exchange, ...timesOf(exchange, disturbances.hits.at(-1) ?? 0) })));
    return 'struck';
  };
  return { world: world as unknown as World, strike };
}

/** Given relative to the moment of the strike. */
const timesOf = ({ sentAt, endedAt }: { sentAt: number; endedAt: number }, at: number) => ({
  sentAt: at + sentAt,
  endedAt: at + endedAt,
});

it('takes no fault for one that nobody met, and counts what became of requests', async () => {
  const tally = new Tally();
  const met = worldOf([
    { sentAt: -1, endedAt: 1, status: 503 },
    { sentAt: 501, endedAt: 502, status: null },
  ]);
  expect(await tally.strike(met.world, ['kill', met.strike])).toBe(
    'struck (met by requests at 1 of 1 moments, by up to 1)',
  );
  const unmet = worldOf([{ sentAt: 501, endedAt: 502, status: 200 }]);
  await expect(tally.strike(unmet.world, ['kill', unmet.strike])).rejects.toThrow('no request met');
  expect(tally.table).toMatch(/^\| kill \| 2 \| 1 \| .* \| 3 \| 1 \| 1 \|$/m);
});
