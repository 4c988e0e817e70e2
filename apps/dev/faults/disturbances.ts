interface Span {
  readonly from: number;
  to: number;
}

/**
 * When which process could not be asked, or not be heard: what a client may blame an answer on that did not come.
 * `performance.now()` times.
 */
export class Disturbances {
  private readonly spans = new Map<string, Span[]>();
  /** When something was done to any part of the installation. */
  readonly hits: number[] = [];

  hit(): void {
    this.hits.push(performance.now());
  }

  /** From now on, until the function returned is called. */
  begin(name: string): () => void {
    const span: Span = { from: performance.now(), to: Number.POSITIVE_INFINITY };
    this.spans.getOrInsertComputed(name, () => []).push(span);
    this.hit();
    return () => {
      span.to = Math.min(span.to, performance.now());
    };
  }

  /** For how long of that stretch the process was disturbed, ms; undefined: not at all. */
  within(name: string, from: number, to: number): number | undefined {
    const spans = (this.spans.get(name) ?? [])
      .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
      .filter((span) => span.from <= span.to)
      .sort((a, b) => a.from - b.from);
    if (spans.length === 0) return undefined;
    let sum = 0;
    let reached = from;
    for (const span of spans) {
      sum += Math.max(0, span.to - Math.max(span.from, reached));
      reached = Math.max(reached, span.to);
    }
    return sum;
  }
}
