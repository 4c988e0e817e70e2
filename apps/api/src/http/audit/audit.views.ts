import { ApiProperty } from '@nestjs/swagger';

/** A field of a thing may hold any JSON. */
const ANYTHING = ['string', 'number', 'boolean', 'object', 'array', 'null'].map((type) => ({ type }));

class FieldChangeView {
  @ApiProperty({ description: 'Below the name of the object that it is part of', example: 'price.amount' })
  field: string;

  @ApiProperty({ anyOf: ANYTHING, description: 'Of a list: what went' })
  before: unknown;

  @ApiProperty({ anyOf: ANYTHING, description: 'Of a list: what came' })
  after: unknown;
}

export class AuditEntryView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The business’s id, or `platform`' })
  tenantId: string;

  @ApiProperty({ type: String, nullable: true })
  actorId: string | null;

  @ApiProperty()
  actorRole: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of an API key, whose role is `api_key`; null of people' })
  actorName: string | null;

  @ApiProperty({ type: String, nullable: true })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true })
  userAgent: string | null;

  @ApiProperty({ example: 'booking' })
  entity: string;

  @ApiProperty()
  entityId: string;

  @ApiProperty({ example: 'BookingCancelled' })
  action: string;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ description: 'Place of the event in the store' })
  position: number;

  @ApiProperty({ description: 'Place of the event in its stream' })
  revision: number;

  @ApiProperty()
  correlationId: string;

  @ApiProperty({ type: Object, additionalProperties: true, description: 'What the event says' })
  changes: Readonly<Record<string, unknown>>;

  @ApiProperty({
    type: [FieldChangeView],
    nullable: true,
    description:
      'What it changed, by the code that decides over it. Null in lists where very much came before: ask for the entry',
  })
  difference: readonly FieldChangeView[] | null;
}

export class AuditPage {
  @ApiProperty({ type: [AuditEntryView] })
  items: AuditEntryView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
