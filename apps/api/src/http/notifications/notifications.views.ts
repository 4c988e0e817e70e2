import { ApiProperty } from '@nestjs/swagger';
import type { NotificationRow } from '@projections/notifications';
import type { Versioned } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import type { NotificationState } from '@yoyaku/notifications';
import { CHANNELS, type KnownNotification, type Language, OPTIONAL_KINDS, titled } from '@yoyaku/notifications';
import { PageOf, VersionedView, versionOf } from '../conventions';

const STATUSES = ['queued', 'sent', 'failed', 'unknown', 'skipped'];

export class NotificationView extends VersionedView {
  @ApiProperty({ description: 'The kind of message', example: 'booking_confirmed' })
  type: string;

  @ApiProperty({ description: 'In the reader’s language' })
  title: string;

  @ApiProperty()
  message: string;

  @ApiProperty()
  isRead: boolean;

  @ApiProperty({ type: Object, additionalProperties: true, description: 'What it is about: ids, times, prices' })
  metadata: object;

  @ApiProperty({ enum: STATUSES, nullable: true, description: 'How it fares by mail; null: it does not go out so' })
  email: string | null;

  @ApiProperty({ enum: STATUSES, nullable: true, description: 'The same for text messages' })
  sms: string | null;
}

export class NotificationPage extends PageOf(NotificationView) {}

export class UnreadCountView {
  @ApiProperty({ type: 'integer' })
  count: number;
}

export class MarkedView {
  @ApiProperty({ type: 'integer', description: 'How many were marked; at most 1,000 at a time' })
  count: number;
}

class ChannelChoice {
  @ApiProperty({ enum: OPTIONAL_KINDS })
  kind: string;

  @ApiProperty({ enum: CHANNELS, isArray: true, description: 'By which channels it comes' })
  channels: string[];
}

export class PreferencesView {
  @ApiProperty({ type: [ChannelChoice] })
  items: ChannelChoice[];
}

class MessageCountView {
  @ApiProperty()
  kind: string;

  @ApiProperty({ enum: CHANNELS })
  channel: string;

  @ApiProperty({ enum: [...STATUSES, 'read', 'unread'] })
  status: string;

  @ApiProperty({ type: 'integer' })
  count: number;
}

export class MessageCountsView {
  @ApiProperty({ type: [MessageCountView] })
  items: MessageCountView[];
}

export function notificationView(row: NotificationRow, language: Language): NotificationView {
  const { id, revision, createdAt, updatedAt, notice, own, isRead, email, sms } = row;
  return {
    id,
    revision,
    createdAt,
    updatedAt,
    type: notice.kind,
    ...titled(notice, language, own),
    isRead,
    metadata: notice.facts,
    email,
    sms,
  };
}

/** Right after a command. */
export function notificationAfter(
  outcome: Versioned<NotificationState, KnownNotification>,
  language: Language,
): NotificationView {
  const { notice, own, isRead, deliveries } = outcome.known;
  return {
    ...versionOf(outcome),
    type: notice.kind,
    ...titled(notice, language, own),
    isRead,
    metadata: notice.facts,
    email: deliveries.email?.status ?? null,
    sms: deliveries.sms?.status ?? null,
  };
}

export class AnnouncementView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: Uuid;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '`null`: all users are told' })
  businessId: Uuid | null;

  @ApiProperty()
  title: string;

  @ApiProperty()
  message: string;
}
