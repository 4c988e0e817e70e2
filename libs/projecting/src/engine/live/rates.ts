const SMOOTHING = 0.3;

/** Events handled per second, by projection: an exponential average over the ticks, one per second. */
export class Rates {
  private readonly counted = new Map<string, number>();
  private averages: Readonly<Record<string, number>> = {};
  private ticked = performance.now();

  count(projection: string, events: number): void {
    this.counted.set(projection, (this.counted.get(projection) ?? 0) + events);
  }

  tick(): void {
    const seconds = (performance.now() - this.ticked) / 1_000;
    this.ticked = performance.now();
    this.averages = Object.fromEntries(
      [...this.counted].map(([name, events]) => {
        const average = this.averages[name] ?? 0;
        return [name, average + SMOOTHING * (events / seconds - average)];
      }),
    );
    for (const name of this.counted.keys()) this.counted.set(name, 0);
  }

  get perSecond(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.averages).map(([name, rate]) => [name, Math.round(rate * 10) / 10]));
  }
}
