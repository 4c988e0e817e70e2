import { ProgressLine, progressText } from './progress-line';

const { isTTY, columns } = process.stderr;
let written: string;
beforeEach(() => {
  written = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  Object.assign(process.stderr, { isTTY, columns });
});

const half = progressText({ processed: 1500, total: 3000, eventsPerSecond: 120, secondsLeft: 12 });

it('is one line of a terminal, which is written over, and gone at the end', () => {
  Object.assign(process.stderr, { isTTY: true, columns: 40 });
  const line = new ProgressLine();
  line.show(half);
  line.show(half);
  line.end();
  expect(written).toBe('\r\x1b[K[###############---------------] 50 % 1\r\x1b[K');
});

it('is not cut where the terminal does not know its width', () => {
  Object.assign(process.stderr, { isTTY: true, columns: undefined });
  new ProgressLine().show(half);
  expect(written).toBe(`\r\x1b[K${half}`);
});

it('is a line now and then elsewhere', () => {
  Object.assign(process.stderr, { isTTY: false });
  const line = new ProgressLine();
  line.show(half);
  line.show(half);
  line.end();
  expect(written).toBe('[###############---------------] 50 % 1,500 of 3,000 events, 120/s, 12 s left\n');
});

it('is nothing for programs', () => {
  Object.assign(process.stderr, { isTTY: true, columns: 40 });
  const line = new ProgressLine(true);
  line.show(half);
  line.end();
  expect(written).toBe('');
});
