import type { Uuid } from '@yoyaku/kernel';

/**
 * Every way to give each requirement a different one of its candidates, in the candidates' order of preference.
 * `usable` is asked anew at each step, so that what turns out to be taken is passed over from then on.
 */
export function* assignments(
  requirements: readonly (readonly Uuid[])[],
  usable: (resourceId: Uuid) => boolean = () => true,
  chosen: readonly Uuid[] = [],
): Generator<readonly Uuid[]> {
  const [candidates, ...rest] = requirements;
  if (!candidates) {
    yield chosen;
    return;
  }
  for (const candidate of candidates) {
    if (!usable(candidate) || chosen.includes(candidate)) continue;
    for (const assignment of assignments(rest, usable, [...chosen, candidate])) {
      if (!usable(candidate)) break;
      yield assignment;
    }
  }
}
