import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, untilExit } from '@yoyaku/embedded';

/** `npm start` in a folder that is removed afterwards. It writes traces to a file. */
export class TemporaryInstallation {
  readonly adminEmail = 'admin@example.com';
  readonly adminPassword = randomBytes(12).toString('base64url');
  readonly dataDir = join(this.folder, 'data');
  readonly traceFile = join(this.folder, 'traces.jsonl');
  readonly origin = `http://127.0.0.1:${this.port}`;
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async make(): Promise<TemporaryInstallation> {
    return new TemporaryInstallation(mkdtempSync(join(tmpdir(), 'yoyaku-')), await freePort());
  }

  /** Resolves once the installation says that it is ready. If it ends before, the error shows its log. */
  start(): Promise<void> {
    const env = {
      ...process.env,
      DATA_DIR: this.dataDir,
      PORT: `${this.port}`,
      HOST: '127.0.0.1',
      ADMIN_EMAIL: this.adminEmail,
      ADMIN_PASSWORD: this.adminPassword,
      OTEL_TRACES_EXPORTER: 'file',
      TRACE_FILE: this.traceFile,
    };
    const child = spawn(process.execPath, [join(__dirname, 'main.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    const lines: string[] = [];
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        if (line.includes('ready after')) resolve();
      });
      child.once('exit', () => reject(new Error(`ended before it was ready\n${lines.join('\n')}`)));
    });
  }

  /** Throws unless it ends by itself, in time, and leaves no process behind. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child) throw new Error('not running');
    const began = performance.now();
    child.kill('SIGTERM');
    await untilExit(child);
    const seconds = (performance.now() - began) / 1_000;
    const left = readdirSync(join(this.dataDir, 'run'));
    if (child.exitCode !== 0) throw new Error(`exit code ${child.exitCode ?? child.signalCode}`);
    if (seconds > 10) throw new Error(`took ${seconds.toFixed(1)} s`);
    if (left.length > 0) throw new Error(`left ${left.join(', ')}`);
  }

  /** Ends what is still running, and removes the folder. */
  async remove(): Promise<void> {
    this.child?.kill('SIGTERM');
    if (this.child) await untilExit(this.child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
