import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const ANNOUNCEMENT = 'announcement';

/** The platform has something to tell to everybody, or to all people of a business. */
export type AnnouncementEvent = Message<
  'AnnouncementMade',
  {
    readonly announcementId: Uuid;
    /** Whose people are told; null: all users. */
    readonly businessId: Uuid | null;
    readonly title: string;
    readonly message: string;
  }
>;

export const announcementEvents: EventCatalog<AnnouncementEvent> = { AnnouncementMade: plain };
