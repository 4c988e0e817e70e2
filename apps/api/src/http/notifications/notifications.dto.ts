import type { Uuid } from '@yoyaku/kernel';
import { CHOSEN_CHANNELS, type Channel, type Kind, OPTIONAL_KINDS } from '@yoyaku/notifications';
import { Id, ListQuery, NestedList, OneOf, SomeOf, Text, Whole } from '../conventions';

export class NotificationsQuery extends ListQuery {}

class ChannelChoiceBody {
  @OneOf(OPTIONAL_KINDS)
  kind: Kind;

  @SomeOf(CHOSEN_CHANNELS, { description: 'By which channels it is to come; none: not at all' })
  channels: Channel[];
}

export class PreferencesBody {
  @NestedList(() => ChannelChoiceBody, { max: 100, description: 'Kinds that are not named come as usual' })
  items: ChannelChoiceBody[];
}

export class AnnounceBody {
  @Id({ description: 'Who is to read it' })
  userId: Uuid;

  @Text({ max: 200 })
  title: string;

  @Text({ max: 2000, multiline: true })
  message: string;

  @SomeOf(CHOSEN_CHANNELS, { optional: true, description: 'As the reader wants announcements, unless given' })
  channels?: Channel[];
}

export class AnnouncementBody {
  @Id({ optional: true, description: 'Whose people are told; without it all users are' })
  businessId?: Uuid;

  @Text({ max: 200 })
  title: string;

  @Text({ max: 2000, multiline: true })
  message: string;
}

export class RewriteBody {
  @Text({ optional: true, max: 200 })
  title?: string;

  @Text({ optional: true, max: 2000, multiline: true })
  message?: string;
}

export class MessageCountsQuery {
  @Whole({ optional: true, min: 1, max: 366, default: 30, description: 'Of messages of so many days' })
  days?: number;
}
