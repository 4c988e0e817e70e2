import { messageFor, projections } from '@yoyaku/composition';
import { ProjectionVerifier, type Sum, type VerifiedPartition, type VerifiedProjection } from '@yoyaku/projecting';
import { Command } from 'commander';
import type { Environment } from './environment';
import { ExitCode } from './exit-code';
import type { Output } from './output/output';
import { plain } from './output/plain';
import { progressText } from './output/progress-line';
import { type Column, table } from './output/table';

export const verifyCommand = (environment: Environment, output: Output): Command =>
  new Command('verify')
    .description('holds read models against a fresh fold of all events, in one pass; exits with 1 when one differs')
    .argument('[names...]', 'all when none is named')
    .action(async (names: string[]) => {
      const { partitions, databaseUrl } = environment.config;
      const verifier = new ProjectionVerifier({
        projections,
        partitions,
        databaseUrl,
        pool: environment.pool(),
        eventStore: environment.eventStore(),
        codec: environment.codec(),
      });
      const wanted = names.length > 0 ? names : projections.map(({ name }) => name);
      const line = output.progress();
      const verified = await verifier.verify(wanted, (progress) => line.show(progressText(progress)));
      line.end();
      await output.print(verified, inWords);
      if (!verified.every(({ equal }) => equal)) process.exitCode = ExitCode.problemFound;
    });

const COLUMNS: readonly Column<VerifiedProjection>[] = [
  { heading: 'READ MODEL', cell: ({ name }) => name },
  { heading: 'RESULT', cell: resultOf, style: ({ equal }) => (equal ? 'green' : 'red') },
  { heading: 'ROWS', cell: ({ tables }) => tables.reduce((sum, { rows }) => sum + rows, 0) },
  { heading: 'AS OF POSITION', cell: ({ position }) => (position === null ? '' : BigInt(position)) },
  { heading: 'OBSTACLE', cell: ({ name, obstacle }) => (obstacle ? messageFor(obstacle, { name }, 'en') : '') },
];

function resultOf({ equal, obstacle }: VerifiedProjection): string {
  if (obstacle !== null) return 'not compared';
  return equal ? 'equal' : 'different';
}

function inWords(verified: readonly VerifiedProjection[]): string {
  return [table(verified, COLUMNS), ...verified.flatMap(differencesOf)].join('\n');
}

/** Where the rows of a read model differ from what its events lead to. */
const differencesOf = ({ name, tables }: VerifiedProjection): string[] =>
  tables.flatMap(({ table, partitions, differences }) => [
    ...partitions.filter(({ equal }) => !equal).map((partition) => `\n${name}, table ${table}, ${sumsOf(partition)}`),
    ...differences.map(
      ({ key, live, rebuilt }) => `\n${name}, table ${table}, ${plain(key)}\n${isAndShouldBe(live, rebuilt)}`,
    ),
  ]);

function sumsOf({ partition, live, rebuilt }: VerifiedPartition): string {
  if (partition === null) return `of no partition: ${live.rows} rows that no event accounts for`;
  return `partition ${partition}\n${isAndShouldBe(sumText(live), sumText(rebuilt))}`;
}

const sumText = ({ rows, checksum }: Sum): string => `rows: ${rows}, checksum: ${checksum}`;

const isAndShouldBe = (is: string | null, shouldBe: string | null): string =>
  `  is         ${plain(is ?? 'not there')}\n  should be  ${plain(shouldBe ?? 'not there')}`;
