import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { untilExit } from '@yoyaku/embedded';
import { Log } from './log';
import { RunFolder } from './run-folder';
import { type Program, Supervised } from './supervised';

const idle = 'setInterval(() => {}, 1e6);';
const program = (name: string, script: string): Program => ({
  name,
  command: process.execPath,
  args: ['-e', script],
  stopSignal: 'SIGTERM',
  saysReady: true,
});
const steady = program('steady', `console.log('{"msg":"ready","level":30,"port":7}');${idle}`);

let folder: string;
let run: RunFolder;
let screen: PassThrough;
let log: Log;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yoyaku-dev-'));
  run = new RunFolder(join(folder, 'run'));
  screen = new PassThrough();
  log = new Log(join(folder, 'logs'), screen);
});
afterEach(() => rmSync(folder, { recursive: true }));

const pidFile = (name: string) => join(folder, 'run', `${name}.pid`);
const pidOf = (name: string) => Number(readFileSync(pidFile(name), 'utf8'));
const untilSaid = (words: string) =>
  new Promise<void>((resolve) => {
    screen.on('data', (chunk) => {
      if (String(chunk).includes(words)) resolve();
    });
  });

test('starts a program again that was killed, and ends it for good when stopped', async () => {
  const supervised = new Supervised(steady, run, log);
  await supervised.start();
  const first = pidOf('steady');
  const back = untilSaid('steady is back');
  process.kill(first, 'SIGKILL');
  await back;
  const second = pidOf('steady');
  expect(second).not.toBe(first);

  await supervised.stop(5_000);
  expect(() => process.kill(second, 0)).toThrow('ESRCH');
  expect(existsSync(pidFile('steady'))).toBe(false);
});

test('kills a program that does not listen to the signal', async () => {
  const deaf = program('deaf', `process.on('SIGTERM', () => {});console.log('{"msg":"ready"}');${idle}`);
  const supervised = new Supervised(deaf, run, log);
  await supervised.start();
  await supervised.stop(50);
  expect(existsSync(pidFile('deaf'))).toBe(false);
});

test('waits for its own word, whoever else answers where it is to be found', async () => {
  const late = program('late', `setTimeout(() => console.log('{"msg":"ready"}'), 300);${idle}`);
  let asked = 0;
  const answers = async () => {
    asked += 1;
    return true;
  };
  const supervised = new Supervised({ ...late, answers }, run, log);
  await supervised.start();
  expect(readFileSync(join(folder, 'logs', 'late.log'), 'utf8')).toContain('ready');
  expect(asked).toBe(1);
  await supervised.stop(5_000);
});

test('gives up on a program that never gets ready', async () => {
  const broken = program('broken', 'console.error("no such table");process.exit(3)');
  await expect(new Supervised(broken, run, log).start()).rejects.toThrow('broken ended before it answered (3)');
  expect(readFileSync(join(folder, 'logs', 'broken.log'), 'utf8')).toContain('no such table');
});

test('shows JSON lines in words, and of other output what is notable', async () => {
  const output = new PassThrough();
  log.follow({ name: 'api' }, output, () => undefined);
  const server = new PassThrough();
  log.follow({ name: 'nats', notable: /ERR/ }, server, () => undefined);
  output.end('{"level":40,"time":1,"msg":"slow","ms":12}\n');
  server.end('[INF] hello\n[ERR] disk\n');
  let shown = '';
  screen.on('data', (chunk) => {
    shown += chunk;
  });
  await Promise.all([untilSaid('slow'), untilSaid('disk')]);
  expect(shown).toContain('WARN slow ms=12\n');
  expect(shown).not.toContain('hello');
  expect(readFileSync(join(folder, 'logs', 'nats.log'), 'utf8')).toBe('[INF] hello\n[ERR] disk\n');
});

describe('a data directory', () => {
  test('has one supervisor at a time', async () => {
    const other = spawn(process.execPath, ['-e', idle]);
    run.write('supervisor', other.pid ?? 0);
    expect(() => run.claim()).toThrow(`already running on this DATA_DIR as process ${other.pid}`);
    other.kill('SIGKILL');
    await untilExit(other);
    run.claim();
    expect(pidOf('supervisor')).toBe(process.pid);
  });

  test('gets rid of what a killed supervisor has left, and of nothing else', async () => {
    const left = spawn(process.execPath, ['-e', idle]);
    const stranger = spawn(process.execPath, ['-e', idle]);
    run.write('api', left.pid ?? 0);
    run.write('reactor', stranger.pid ?? 0);
    writeFileSync(join(folder, 'run', 'reactor.start'), 'the pid is another process by now');
    expect(await run.stopOrphans([])).toEqual(['api']);
    await untilExit(left);
    expect(left.signalCode).toBe('SIGTERM');
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    stranger.kill('SIGKILL');
    await untilExit(stranger);
  });
});
