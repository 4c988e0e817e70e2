import { Controller } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Config } from '@yoyaku/composition';
import { DomainError, type Instant } from '@yoyaku/kernel';
import { Outbox } from '@yoyaku/notifications';
import { InjectConfig } from '../../config';
import { Query, QueryString, Text, Whole } from '../conventions';

class OutboxQuery {
  @Text({ optional: true, max: 254, description: 'Of that address or number alone' })
  to?: string;

  @Whole({ optional: true, min: 1, max: 200, default: 50 })
  limit?: number;
}

class AttachmentView {
  @ApiProperty()
  name: string;

  @ApiProperty()
  contentType: string;

  @ApiProperty()
  content: string;
}

class OutboxMessageView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ enum: ['email', 'sms'] })
  channel: string;

  @ApiProperty()
  kind: string;

  @ApiProperty()
  locale: string;

  @ApiProperty()
  to: string;

  @ApiProperty({ type: String, nullable: true })
  subject: string | null;

  @ApiProperty()
  text: string;

  @ApiProperty({ type: String, nullable: true })
  html: string | null;

  @ApiProperty({ type: Object, additionalProperties: { type: 'string' } })
  headers: Readonly<Record<string, string>>;

  @ApiProperty({ type: [AttachmentView] })
  attachments: AttachmentView[];

  @ApiProperty({ type: 'integer', nullable: true, description: 'As how many text messages it would be sent' })
  segments: number | null;

  @ApiProperty({ type: String, format: 'date-time' })
  at: Instant;
}

export class OutboxView {
  @ApiProperty({ type: [OutboxMessageView] })
  items: OutboxMessageView[];
}

/** What was sent to nobody, in development. */
@ApiTags('Notifications')
@Controller('outbox')
export class OutboxController {
  constructor(
    private readonly outbox: Outbox,
    @InjectConfig() private readonly config: Config,
  ) {}

  @Query('', {
    access: 'admin',
    summary: 'The messages in the local outbox, the newest first; in production there is none',
    answers: OutboxView,
    refuses: ['outbox.not_found'],
  })
  async listOutbox(@QueryString() { to, limit = 50 }: OutboxQuery): Promise<OutboxView> {
    if (this.config.environment === 'production') throw new DomainError('outbox.not_found');
    const found = await this.outbox.newest(limit, to);
    return { items: found.map((message) => ({ ...message, attachments: [...message.attachments] })) };
  }
}
