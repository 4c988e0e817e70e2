import { ApiProperty } from '@nestjs/swagger';
import type { Instant, LocalDate, Uuid } from '@yoyaku/kernel';

const POSITION = {
  example: '18423',
  description: 'The id of the event: ask queries with it as `X-Min-Position` to see what it tells of',
};

/** What a client is told. There is nothing personal in it: it says what to ask for anew. */
abstract class LiveMessage {
  @ApiProperty(POSITION)
  position: string;
}

/** The first event: everything behind its position is told from now on. */
class ReadyView extends LiveMessage {
  @ApiProperty({ enum: ['ready'] })
  event: 'ready';
}

/** Not all that happened since the last event id can be told: read everything anew, then go on from this position. */
class ResyncView extends LiveMessage {
  @ApiProperty({ enum: ['resync'] })
  event: 'resync';

  @ApiProperty({ enum: ['too_old', 'unknown'], description: 'What is wrong with the last event id' })
  reason: 'too_old' | 'unknown';
}

/** Nothing happened for a while that concerns the client. To be sent as an event by a WebSocket alone. */
class HeartbeatView extends LiveMessage {
  @ApiProperty({ enum: ['heartbeat'] })
  event: 'heartbeat';
}

/** The last one: why the stream ends. */
class ClosedView {
  @ApiProperty({ enum: ['closed'] })
  event: 'closed';

  @ApiProperty({ example: 'auth.token_expired', description: 'As the problem of a request is called' })
  code: string;
}

abstract class ChangeView extends LiveMessage {
  @ApiProperty({ type: String, format: 'date-time' })
  at: Instant;
}

/** A booking, or a private appointment, is new or has changed. */
export class BookingChangeView extends ChangeView {
  @ApiProperty({ enum: ['booking'] })
  event: 'booking';

  @ApiProperty({ example: 'BookingConfirmed', description: 'What happened to it' })
  type: string;

  @ApiProperty({ type: String, format: 'uuid' })
  bookingId: Uuid;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '`null`: a private appointment' })
  businessId: Uuid | null;
}

/** Other times may be free than before. */
export class AvailabilityChangeView extends ChangeView {
  @ApiProperty({ enum: ['availability'] })
  event: 'availability';

  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '`null`: any of the business' })
  resourceId: Uuid | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '`null`: any that needs the resource' })
  serviceId: Uuid | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The first local date; `null`: all' })
  from: LocalDate | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The last local date; `null`: all' })
  to: LocalDate | null;
}

/** One of one’s notifications is new, or was read, rewritten or removed. */
export class NotificationChangeView extends ChangeView {
  @ApiProperty({ enum: ['notification'] })
  event: 'notification';

  @ApiProperty({ example: 'NotificationRequested', description: 'What happened to it' })
  type: string;

  @ApiProperty({ type: String, format: 'uuid' })
  notificationId: Uuid;
}

export const LIVE_VIEWS = [
  ReadyView,
  ResyncView,
  BookingChangeView,
  AvailabilityChangeView,
  NotificationChangeView,
  ClosedView,
  HeartbeatView,
] as const;

export type LiveView = InstanceType<(typeof LIVE_VIEWS)[number]>;

export class TicketView {
  @ApiProperty({ description: 'For `?ticket=`, once' })
  ticket: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt: Instant;
}
