import { execFileSync } from 'node:child_process';

/** The commit that is measured, with `-dirty` where files differ from it; `unknown` outside of a repository. */
export function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=10'], {
      cwd: __dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
