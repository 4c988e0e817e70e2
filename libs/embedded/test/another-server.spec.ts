import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, nats, passableFolder, postgres } from '../src';

/** Both servers of a kind would let the same clients in. */
const password = 'the same';
const servers = {
  postgres: (dataDir: string, port: number) => postgres({ dataDir, port, password, durable: false }),
  nats: async (dataDir: string, port: number) => nats({ dataDir, port }),
};

test.each(Object.entries(servers))('%s does not take another server on its port for itself', async (name, spec) => {
  const folder = passableFolder(mkdtempSync(join(tmpdir(), `yoyaku-${name}-`)));
  const port = await freePort();
  const first = await launch(await spec(join(folder, 'first'), port));
  try {
    await expect(launch(await spec(join(folder, 'second'), port))).rejects.toThrow(`${name} did not start`);
  } finally {
    await first.stop();
    rmSync(folder, { recursive: true });
  }
});
