/** A check that cannot be made here: it counts neither as passed nor as failed, but is told. */
export class NotPossible extends Error {}

/** Says of each check whether it passed, with what was seen, and counts. */
export class Report {
  private passed = 0;
  private failed = 0;
  private readonly undone: string[] = [];

  /** Runs one check, whose facts say what was seen; it fails by throwing. Gives whether it passed. */
  async check(name: string, run: () => Promise<string>): Promise<boolean> {
    const began = performance.now();
    try {
      const facts = await run();
      this.passed += 1;
      console.log(`passed  ${name}: ${facts} [${seconds(performance.now() - began)}]`);
      return true;
    } catch (error) {
      if (error instanceof NotPossible) {
        this.undone.push(name);
        console.log(`NOT DONE  ${name}: ${error.message}`);
        return false;
      }
      this.failed += 1;
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  /** The last lines; gives the exit code. `leftOut`: what was not done to a given event store. */
  conclude(leftOut: ReadonlySet<string>): 0 | 1 {
    if (leftOut.size > 0) {
      console.log(`skipped: ${leftOut.size} need an event store of our own: ${[...leftOut].join('; ')}`);
    }
    if (this.undone.length > 0) console.log(`${this.undone.length} not done: ${this.undone.join('; ')}`);
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed > 0 ? 1 : 0;
  }
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const MOST_SHOWN = 5;

/** Throws with the first of the findings when there are any. */
export function none(findings: readonly string[]): void {
  if (findings.length === 0) return;
  const more = findings.length > MOST_SHOWN ? ` … ${findings.length} in all` : '';
  throw new Error(`${findings.slice(0, MOST_SHOWN).join('; ')}${more}`);
}
