import type { Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Announcement } from './announcement.decider';
import type { AnnouncementEvent } from './announcement.events';

const { given } = specify(Announcement.decider);
const data = { announcementId: 'a1', businessId: null, title: 'News', message: 'We move' };
const made: Unbranded<AnnouncementEvent> = { type: 'AnnouncementMade', data };

it('is made once', () => {
  given([]).when({ type: 'MakeAnnouncement', data }).then([made]);
  given([made]).when({ type: 'MakeAnnouncement', data }).thenNothing();
});
