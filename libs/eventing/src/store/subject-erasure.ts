import { type Uuid } from '@yoyaku/kernel';
import { type SubjectKeys, subjectOf } from '../envelope/pii';
import { DamagedHistory } from './errors';
import { type EventStore } from './event-store';

/** Erases people by destroying the keys that their personal data is encrypted with. */
export class SubjectErasure {
  constructor(
    private readonly keys: SubjectKeys,
    private readonly store: EventStore,
    /** Every kind of subject that there is: the category of its own stream. */
    private readonly kinds: readonly string[],
  ) {}

  /**
   * Destroys the key of that subject, and of no other. Earlier builds had one key for each id, whatever kind of thing
   * had it. That key is destroyed too, unless something of another kind has the same id and may need it. The subject's
   * own key comes last: once it is destroyed, everything is.
   */
  async erase(kind: string, id: Uuid): Promise<void> {
    if (!(await this.isSharedId(kind, id))) await this.keys.destroy(id);
    await this.keys.destroy(subjectOf(kind, id));
  }

  private async isSharedId(kind: string, id: Uuid): Promise<boolean> {
    for (const other of this.kinds.filter((name) => name !== kind)) {
      if (await this.isThere(`${other}-${id}`)) return true;
    }
    return false;
  }

  private async isThere(stream: string): Promise<boolean> {
    try {
      for await (const _ of this.store.readStream(stream, { limit: 1 })) return true;
      return false;
    } catch (error) {
      // Whatever stands there was called by that id.
      if (error instanceof DamagedHistory) return true;
      throw error;
    }
  }
}
