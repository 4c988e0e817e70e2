import type { Instant, Uuid } from '@yoyaku/kernel';
import { defineJob, defineReaction } from '@yoyaku/reacting';
import type { AnnouncementEvent } from '../domain/announcement.events';

/** A part of those who are to be told. */
export interface AnnouncementPart {
  readonly announcementId: Uuid;
  /** Null: all users. */
  readonly businessId: Uuid | null;
  /** Who comes later is not told. */
  readonly madeAt: Instant;
  /** Where it stands in the event store: read models that have come so far know everybody. */
  readonly position: string;
  /** The last user of the part before; null: this is the first. */
  readonly after: Uuid | null;
}

/** One part at a time in each process, so that other messages are not kept waiting. */
export const tellAnnouncement = defineJob<AnnouncementPart>('tell-announcement', { atOnce: 1 });

/** Where the next part begins; however often a part is done again, there is one next. */
export const nextPart = (part: AnnouncementPart, after: Uuid) =>
  tellAnnouncement.job({ ...part, after }, { key: `${part.announcementId} ${after}` });

/** An announcement is told to its readers part by part. */
export const announcements = defineReaction<AnnouncementEvent>({
  name: 'announcements',
  version: 1,
  from: 'now',
  on: {
    AnnouncementMade: ({ data: { announcementId, businessId }, at, position }) => [
      tellAnnouncement.job({ announcementId, businessId, madeAt: at, position: `${position}`, after: null }),
    ],
  },
});
