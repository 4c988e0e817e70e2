import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { MoneyView } from '../views/money-view';
import { FIELD_CODES } from './field-codes';

class OfferView {
  @ApiProperty({ type: MoneyView, description: 'For all the people asked' })
  price: MoneyView;

  @ApiProperty({ type: 'integer' })
  durationMinutes: number;
}

class ClashView {
  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ example: 'booking.slot_taken', description: 'Why that time cannot be had' })
  code: string;
}

/** Members of a problem that a program needs to react, beside the sentence for people. */
class RefusalFacts {
  @ApiPropertyOptional({ format: 'date-time', description: 'The first moment that would do' })
  earliest?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The last moment that would do, or would have done' })
  latest?: string;

  @ApiPropertyOptional({ description: 'The least that would do' })
  minimum?: number;

  @ApiPropertyOptional({ description: 'The most that would do' })
  maximum?: number;

  @ApiPropertyOptional({ description: 'How many there may be at most' })
  limit?: number;

  /** Not called `status`: of a problem that is the HTTP status (RFC 9457). */
  @ApiPropertyOptional({ description: 'The status of the thing, which does not allow what was asked for' })
  currentStatus?: string;

  @ApiPropertyOptional({ description: 'The revision of the thing, which is not one that `If-Match` named' })
  currentRevision?: number;

  @ApiPropertyOptional({ format: 'uuid', description: 'What the request made when it was first sent' })
  id?: string;

  @ApiPropertyOptional({ type: [OfferView], description: 'What can be booked at that time instead' })
  offers?: readonly OfferView[];

  @ApiPropertyOptional({ type: [ClashView], description: 'The times of a series that cannot be booked' })
  clashes?: readonly ClashView[];
}

const FACTS: ReadonlySet<string> = new Set([
  'earliest',
  'latest',
  'minimum',
  'maximum',
  'limit',
  'currentStatus',
  'currentRevision',
  'id',
  'offers',
  'clashes',
] satisfies (keyof RefusalFacts)[]);

/** The facts of an error that become members of the answer. The others appear only in the sentence. */
export const membersOf = (facts: Readonly<Record<string, unknown>>): RefusalFacts =>
  Object.fromEntries(Object.entries(facts).filter(([name, fact]) => FACTS.has(name) && fact !== undefined));

class FieldErrorView extends PickType(RefusalFacts, ['earliest', 'latest', 'minimum', 'maximum', 'limit']) {
  @ApiProperty({ example: 'hours[0].opens', description: 'The field, as it is in the request' })
  path: string;

  @ApiProperty({ example: 'bad_format', description: `One of ${FIELD_CODES.join(', ')}, or the code of a rule` })
  code: string;

  @ApiProperty({ description: 'In the language of Accept-Language' })
  message: string;
}

/** What clients get for every error (RFC 9457). */
export class ProblemView extends RefusalFacts {
  @ApiProperty({ format: 'uri', example: 'urn:yoyaku:problem:booking.slot_taken' })
  type: string;

  @ApiProperty({ example: 'Conflict' })
  title: string;

  @ApiProperty({ example: 409 })
  status: number;

  @ApiProperty({ description: 'In the language of Accept-Language: en, ja, ru or kk' })
  detail: string;

  @ApiProperty({ example: '/api/v1/bookings', description: 'The path that was asked for' })
  instance: string;

  @ApiProperty({ example: 'booking.slot_taken', description: 'Stable; what programs go by' })
  code: string;

  @ApiPropertyOptional({ type: [FieldErrorView], description: 'What is wrong, field by field' })
  errors?: FieldErrorView[];
}
