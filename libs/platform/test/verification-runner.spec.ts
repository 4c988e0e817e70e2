import { setTimeout as delay } from 'node:timers/promises';
import { newUuid } from '@yoyaku/kernel';
import { startServers, type TestServers, until } from '@yoyaku/testing';
import type { Verification, Verifications } from '../src';
import { type Audit, type AuditOptions, type Auditor, type AuditProgress, VerificationRunner } from '../src';

const progress = (processed: number): AuditProgress => ({ processed, total: 2, eventsPerSecond: 1, secondsLeft: 0 });

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

it('writes how far a verification is in order, however slow a write is', async () => {
  const written: (number | undefined)[] = [];
  let writes = 0;
  const verifications: Partial<Verifications> = {
    running: async () => [{ id: newUuid(), from: 'start' } as Verification],
    advance: async (_id, reached) => {
      writes += 1;
      // The first that tells a count takes longer than the one after it.
      if (reached?.processed === 1) await delay(100);
      written.push(reached?.processed);
      return true;
    },
    done: async () => {},
  };
  const auditor: Partial<Auditor> = {
    verify: async ({ onProgress }: AuditOptions = {}) => {
      onProgress?.(progress(1));
      await until(() => writes === 2);
      onProgress?.(progress(2));
      return {} as Audit;
    },
  };
  const runner = new VerificationRunner(verifications as Verifications, auditor as Auditor, servers.databaseUrl);
  await runner.run(new AbortController().signal);
  expect(written).toEqual([undefined, 1, 2]);
});
