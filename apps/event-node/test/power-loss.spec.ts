import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client';
import { LoopDisk } from './loop-disk';
import { collect, happened, numbers, spawnNode, startPeerOver } from './support';

const scratch = mkdtempSync(path.join(tmpdir(), 'event-node-disk-'));
const reason = LoopDisk.whyNot(scratch);
if (reason) console.warn(`Not tested: what a loss of power leaves. This process may mount no disk: ${reason}`);
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Of a node, what the disk holds at the moments when a write was answered and when a reader saw one. */
async function afterPowerLosses(preload: string | undefined): Promise<{ told: number[]; kept: number[] }[]> {
  const disk = await LoopDisk.format(scratch);
  const limits = preload ? `export NODE_OPTIONS='-r ${path.join(__dirname, preload)}'` : ':';
  const { process: node, url } = await spawnNode(['--data', path.join(disk.folder, 'data')], limits);
  const client = EventStoreDBClient.connectionString(url);
  const losses: { told: number[]; kept: number[] }[] = [];
  const losePower = async (told: number[]) => {
    node.kill('SIGSTOP');
    const left = await disk.afterPowerLoss();
    const peer = await startPeerOver(path.join(left.folder, 'data'));
    const kept = await numbers(peer.client.readStream('a')).catch((error: unknown) => {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    });
    losses.push({ told, kept });
    await peer.close();
    await left.unmount();
    node.kill('SIGCONT');
  };
  try {
    for (const n of [0, 1, 2]) {
      await client.appendToStream('a', happened(n));
      await losePower(Array.from({ length: n + 1 }, (_, i) => i));
    }
    const seen = collect(client.subscribeToStream('a'), 5);
    void client.appendToStream('a', [happened(3), happened(4)]);
    await seen;
    await losePower([0, 1, 2, 3, 4]);
  } finally {
    node.kill('SIGKILL');
    await once(node, 'exit');
    await client.dispose();
    await disk.unmount();
  }
  return losses;
}

(reason ? describe.skip : describe)('a loss of power', () => {
  it('takes nothing that was answered, or shown to a reader', async () => {
    for (const { told, kept } of await afterPowerLosses(undefined)) expect(kept).toEqual(told);
  });

  it('takes it all from a node that does not sync: so the test above would notice', async () => {
    for (const { kept } of await afterPowerLosses('no-sync.cjs')) expect(kept).toEqual([]);
  });
});
