import type * as Sdk from './sdk';
import type { TracingSettings } from './settings';
import { setTracing } from './spans';

/** How long whoever ends waits for what is still to be sent, in milliseconds. */
const LAST_WORDS = 2_000;

export interface Tracing {
  /** Sends what is still to be sent, if somebody takes it in time; records nothing any more. */
  stop(): Promise<void>;
}

/**
 * Begins to record traces in this process, as `service`; null: records none. OpenTelemetry's SDK is loaded only where it
 * is needed.
 *
 * @param onTrouble told in words why spans cannot be sent
 */
export function startTracing(
  settings: TracingSettings | null,
  service: string,
  onTrouble: (message: string) => void,
): Tracing {
  if (!settings) return { stop: async () => {} };
  const { startSdk }: typeof Sdk = require('./sdk');
  const stopSdk = startSdk(settings, service, onTrouble);
  setTracing(true);
  return {
    stop: async () => {
      setTracing(false);
      const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_WORDS).unref());
      await Promise.race([stopSdk().catch((error) => onTrouble(String(error))), late]);
    },
  };
}
