import { projections } from '@yoyaku/composition';
import { ProjectionVerifier, type VerifiedPartition, type VerifiedProjection } from '@yoyaku/projecting';
import { Command } from 'commander';
import type { Environment } from './environment';
import { ProgressLine, progressText } from './progress-line';

export const verifyCommand = (environment: Environment): Command =>
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
      const line = new ProgressLine();
      const verified = await verifier.verify(wanted, (progress) => line.show(progressText(progress)));
      line.end();
      for (const one of verified) tell(one);
      if (!verified.every(({ equal }) => equal)) process.exitCode = 1;
    });

function tell({ name, equal, position, obstacle, tables }: VerifiedProjection): void {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const verdict = `${equal ? 'equal' : 'DIFFERENT'}, ${rows.toLocaleString('en')} rows as of position ${position}`;
  console.log(`${name}: ${obstacle === null ? verdict : `NOT COMPARED, ${obstacle}`}`);
  for (const { table, partitions, differences } of tables) {
    for (const partition of partitions) if (!partition.equal) console.log(`  ${table}, ${sumsOf(partition)}`);
    for (const { key, live, rebuilt } of differences) {
      console.log(`  ${table} ${key}\n    is        ${live ?? 'not there'}\n    should be ${rebuilt ?? 'not there'}`);
    }
  }
}

function sumsOf({ partition, live, rebuilt }: VerifiedPartition): string {
  if (partition === null) return `of no partition: rows that no event accounts for: ${live.rows}`;
  const [is, shouldBe] = [live, rebuilt].map(({ rows, checksum }) => `rows: ${rows}, checksum: ${checksum}`);
  return `partition ${partition}\n    is        ${is}\n    should be ${shouldBe}`;
}
