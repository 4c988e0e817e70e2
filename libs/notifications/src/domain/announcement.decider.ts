import { type Aggregate, type Decider, DomainError, type Message, type OfType, PLATFORM } from '@yoyaku/kernel';
import { ANNOUNCEMENT, type AnnouncementEvent, announcementEvents } from './announcement.events';

type Made = OfType<AnnouncementEvent, 'AnnouncementMade'>['data'];

export type AnnouncementCommand = Message<'MakeAnnouncement', Made>;

export interface KnownAnnouncement extends Made {
  readonly status: 'made';
}

export type AnnouncementState = { readonly status: 'none' } | KnownAnnouncement;

const decider: Decider<AnnouncementState, AnnouncementCommand, AnnouncementEvent> = {
  initial: { status: 'none' },
  decide: {
    MakeAnnouncement: ({ data }, state) => (state.status === 'none' ? [{ type: 'AnnouncementMade', data }] : []),
  },
  evolve: {
    AnnouncementMade: (_, { data }) => ({ ...data, status: 'made' }),
  },
};

/** What the platform tells many people at once. Each of them is then told by a notification of their own. */
export const Announcement: Aggregate<AnnouncementState, AnnouncementCommand, AnnouncementEvent, KnownAnnouncement> = {
  category: ANNOUNCEMENT,
  decider,
  events: announcementEvents,
  tenantOf: () => PLATFORM,
  known: (state) => {
    if (state.status === 'none') throw new DomainError('announcement.not_found');
    return state;
  },
};
