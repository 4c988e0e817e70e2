import { projections } from '@yoyaku/composition';
import { ProjectionVerifier, type VerifiedProjection } from '@yoyaku/projecting';
import { Command } from 'commander';
import type { Environment } from './environment';
import { ProgressLine } from './progress-line';

export const verifyCommand = (environment: Environment): Command =>
  new Command('verify')
    .description('holds read models against a fresh fold of all events; exits with 1 when one differs')
    .argument('[names...]', 'all when none is named')
    .action(async (names: string[]) => {
      const { partitions, databaseUrl } = environment.config;
      const verifier = new ProjectionVerifier({
        ...{ projections, partitions, databaseUrl },
        ...{ pool: environment.pool(), eventStore: environment.eventStore(), codec: environment.codec() },
      });
      for (const name of names.length > 0 ? names : projections.map((projection) => projection.name)) {
        const line = new ProgressLine();
        let folded = 0;
        const verified = await verifier.verify(name, (events) => {
          folded += events;
          line.show(`${name}: ${folded.toLocaleString('en')} events`);
        });
        line.end();
        tell(verified);
        if (!verified.equal) process.exitCode = 1;
      }
    });

function tell({ name, equal, position, tables }: VerifiedProjection): void {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(
    `${name}: ${equal ? 'equal' : 'DIFFERENT'}, ${rows.toLocaleString('en')} rows as of position ${position}`,
  );
  for (const { table, differences } of tables) {
    for (const { key, live, rebuilt } of differences) {
      console.log(`  ${table} ${key}\n    is        ${live ?? 'not there'}\n    should be ${rebuilt ?? 'not there'}`);
    }
  }
}
