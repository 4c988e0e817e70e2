import { Counter, type Registry } from 'prom-client';

/** Shows how many events of others a process has passed over. */
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
