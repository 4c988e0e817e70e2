import { WaitingRoom } from './waiting-room';

const enter = (room: WaitingRoom, caller: string) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { waited: room.enter(caller, () => promise), leave: () => resolve('waited') };
};

it('has so many places for a caller, and so many in all', async () => {
  const room = new WaitingRoom({ callers: 3, caller: 2 });
  const [first, second] = [enter(room, 'ann'), enter(room, 'ann')];
  expect(await enter(room, 'ann').waited).toBeUndefined();
  const third = enter(room, 'ben');
  expect(await enter(room, 'eve').waited).toBeUndefined();
  for (const { leave } of [first, second, third]) leave();
  expect(await Promise.all([first.waited, second.waited, third.waited])).toEqual(['waited', 'waited', 'waited']);
  const again = enter(room, 'ann');
  again.leave();
  expect(await again.waited).toBe('waited');
});

it('gives a place back that ended badly', async () => {
  const room = new WaitingRoom({ callers: 1, caller: 1 });
  await expect(room.enter('ann', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(await room.enter('ann', async () => 'in')).toBe('in');
});
