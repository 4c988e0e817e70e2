import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..');

const commandsIn = (file: string): string[] =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(/class (\w+)(?:<.*>)? extends Command</g)].map(
    ([, name]) => name as string,
  );

/** Metrics, logs and spans call a command by its class. */
it('no two commands have the same name', () => {
  const names = globSync('{libs,apps}/*/src/**/*.ts', { cwd: root }).flatMap(commandsIn);
  expect(names).toContain('RequestBooking');
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});
