import type { Instant } from '@yoyaku/kernel';

/**
 * How current a loaded state must be:
 * - `anyCached`: the cached state, however old; the stream is read only if nothing is cached. For commands: the store
 *   refuses an append if the stream has moved, and a refusal is decided only on a state read after the command came.
 * - `maxStale`: the cached state, if the store was heard from within the last seconds and sent nothing newer; otherwise
 *   the stream is read. For states that a decision depends on.
 * - `requireLoad`: the stream is read first, with everything that others have appended until now.
 * - `assumeEmpty`: the stream is not read; it is assumed to be empty. For an instance that this command creates.
 */
export type Load = 'anyCached' | 'maxStale' | 'requireLoad' | 'assumeEmpty';

/** How current a state is that is only looked at: or it is as it was at a moment, see `AggregateStore.loadAt`. */
export type Reading = Load | { readonly asOf: Instant };
