import { DomainError } from '@yoyaku/kernel';
import { ConcurrencyConflict, EventStoreUnavailable, systemContext } from '../src';
import { CommandWatch } from '../src/commands/command-watch';

const context = systemContext('spec');

/** What is told of a command that ends so. */
async function told(handle: () => Promise<unknown>): Promise<unknown[]> {
  const ended: unknown[] = [];
  const watch = new CommandWatch((each) => ended.push(each));
  const running = watch.run('account.Deposit', context, handle);
  expect(ended).toEqual([]);
  await running.catch(() => {});
  return ended;
}

it.each([
  ['ok', async () => 'done'],
  ['refused', () => Promise.reject(new DomainError('account.too_little'))],
  ['refused', () => Promise.reject(new ConcurrencyConflict('account-1', 'if_match'))],
  ['failed', () => Promise.reject(new EventStoreUnavailable(new Error('away')))],
])('every command is told of once, when it has ended: %s', async (outcome, handle) => {
  expect(await told(handle)).toEqual([{ command: 'account.Deposit', outcome, seconds: expect.any(Number), context }]);
});

it('what a command leads to, and what it throws, is its own', async () => {
  const watch = new CommandWatch(() => {});
  expect(await watch.run('a', context, async () => 7)).toBe(7);
  await expect(watch.run('a', context, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
});
