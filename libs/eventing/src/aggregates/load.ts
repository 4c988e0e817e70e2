/**
 * How current a state must be that is loaded:
 * - `anyCached`: what this process remembers, however old; it is read only where nothing is remembered. For commands: an
 *   append is refused where the stream has moved, and a refusal is made only on what was read after the command came.
 * - `maxStale`: what this process remembers, if the store was heard within the last seconds and told of nothing newer;
 *   otherwise it is read. For looking up what a decision depends on.
 * - `requireLoad`: what others appended until now is read first.
 * - `assumeEmpty`: nobody looks, there is nothing yet. For an instance that this very command makes.
 */
export type Load = 'anyCached' | 'maxStale' | 'requireLoad' | 'assumeEmpty';
