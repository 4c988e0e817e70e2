import { Counter, type Registry } from 'prom-client';

/** A metric: how many events of other applications this process has skipped. */
export function countPassedOver(registry: Registry, count: () => number): void {
  new Counter({
    name: 'yoyaku_events_of_others_total',
    help: 'Events of others in the event store that this process passed over in following it',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(count());
    },
  });
}
