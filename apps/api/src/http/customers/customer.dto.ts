import { applyDecorators } from '@nestjs/common';
import { ApiProperty, PartialType } from '@nestjs/swagger';
import { CHANNELS, STANDINGS } from '@yoyaku/customers';
import type { Channel, Standing } from '@yoyaku/customers/events';
import type { LocalDate, Uuid } from '@yoyaku/kernel';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { DateOnly, Email, Id, ListQuery, Locale, OneOf, Optional, Sort, Sought, Text, Texts } from '../conventions';

const Channels = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      required: false,
      isArray: true,
      enum: CHANNELS,
      description: 'By what the customer may be written to',
    }),
    Optional(),
    IsArray(),
    ArrayMaxSize(CHANNELS.length),
    ArrayUnique(),
    IsIn(CHANNELS, { each: true }),
  );

/** What customers may change themselves. */
class ProfileFields {
  @Text({ max: 120, example: 'Hanako Yamada' })
  name: string;

  @Email({ optional: true, nullable: true })
  email?: string | null;

  @Text({ optional: true, nullable: true, max: 32, pattern: /^\+?\d[\d ()./-]{3,}$/, example: '+81312345678' })
  phone?: string | null;

  @DateOnly({ optional: true, nullable: true, example: '1990-01-02' })
  birthday?: LocalDate | null;

  @Locale({ optional: true, nullable: true, description: 'Language of messages to the customer' })
  locale?: string | null;

  @Channels()
  consents?: Channel[];
}

class CustomerFields extends ProfileFields {
  @OneOf(STANDINGS, { optional: true, default: 'customer', description: '`blocked` customers can’t book' })
  status?: Standing;

  @Texts({ optional: true, max: 50, length: 60 })
  tags?: string[];

  @Id({ optional: true, nullable: true, description: 'Who of the business’s people looks after the customer' })
  assignedTo?: Uuid | null;
}

export class CreateCustomerBody extends CustomerFields {
  @Id()
  businessId: Uuid;
}

export class ChangeCustomerBody extends PartialType(CustomerFields, { skipNullProperties: false }) {
  @Text({ optional: true, multiline: true, max: 500, description: 'Goes with the status `blocked`' })
  blockReason?: string;
}

/** Fields that are the business's own affair. */
export const BUSINESS_FIELDS = ['status', 'tags', 'assignedTo', 'blockReason'] as const;

export class LinkUserBody {
  @Id({ description: 'The user that the customer is' })
  userId: Uuid;
}

export class ConsentBody {
  @OneOf(CHANNELS)
  channel: Channel;
}

export class CustomersQuery extends ListQuery {
  @Id()
  businessId: Uuid;

  @OneOf([...STANDINGS, 'erased'] as const, { optional: true, description: 'All but the erased when absent' })
  status?: Standing | 'erased';

  @Text({ optional: true, max: 60 })
  tag?: string;

  @Id({ optional: true, description: 'Who looks after them' })
  assignedTo?: Uuid;

  @Sought('Part of the name, e-mail or phone')
  q?: string;

  @Sort('-createdAt', 'bookings', 'noShows', 'spent')
  sort?: string;
}

export class CustomerBookingsQuery extends ListQuery {
  @Sort('-startsAt', 'createdAt')
  sort?: string;
}

export class TimelineQuery extends ListQuery {
  @Sort('-position')
  sort?: string;
}
