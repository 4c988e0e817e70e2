import { execFileSync } from 'node:child_process';

/** The commit of a folder, with `-dirty` where files differ from it; `unknown` outside of a repository. */
export function commit(folder = __dirname): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=10'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
