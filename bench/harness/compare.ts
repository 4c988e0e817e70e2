import { type Spread, spreadOf } from './statistics';

/** What one run showed: names to numbers, the same names in every run. */
export type Figures = Readonly<Record<string, number>>;

/** One of the things compared. `run` is told which round it is, so that it can take fresh data. */
export interface Side {
  readonly name: string;
  run(round: number): Promise<Figures>;
}

interface Row {
  readonly figure: string;
  /** One for each side, in the sides' order. */
  readonly values: readonly Spread[];
  /** The first side over each of the others, within a round. */
  readonly ratios: readonly Spread[];
}

export interface Table {
  readonly title: string;
  readonly sides: readonly string[];
  readonly rounds: number;
  readonly rows: readonly Row[];
}

/**
 * Measures the sides in turn, in the opposite order every second round, so that what drifts on the machine meets all
 * of them. The rounds below 0 warm up and are not counted.
 */
export async function compare(
  title: string,
  sides: readonly Side[],
  { rounds = 5, warmUps = 1 }: { rounds?: number; warmUps?: number } = {},
): Promise<Table> {
  const taken: Figures[][] = sides.map(() => []);
  for (let round = -warmUps; round < rounds; round++) {
    const order = sides.map((side, i) => ({ side, i }));
    if (round % 2 !== 0) order.reverse();
    for (const { side, i } of order) {
      const figures = await side.run(round);
      process.stderr.write(
        `${title} · ${side.name} · ${round < 0 ? 'warm-up' : `run ${round + 1}`}: ${line(figures)}\n`,
      );
      if (round >= 0) taken[i]?.push(figures);
    }
  }
  const names = Object.keys(taken[0]?.[0] ?? {});
  const rows = names.map((figure): Row => {
    const [first = [], ...others] = taken.map((side) => side.map((run) => run[figure] ?? Number.NaN));
    const over = (other: readonly number[]) => spreadOf(first.map((value, i) => value / (other[i] ?? Number.NaN)));
    return { figure, values: [first, ...others].map(spreadOf), ratios: others.map(over) };
  });
  return { title, sides: sides.map(({ name }) => name), rounds, rows };
}

const line = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');
