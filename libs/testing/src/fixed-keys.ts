import type { SubjectKeys } from '@yoyaku/eventing';

/** Keys of persons for specs that are not about erasure: one key for everybody, or none for anybody; never destroyed. */
export function fixedKeys(key?: Buffer): SubjectKeys {
  const find = async (subjects: readonly string[]) =>
    new Map(key ? subjects.map((subject) => [subject, key] as const) : []);
  return { ensure: find, find, destroy: async () => {}, onDestroyed: () => {} };
}
