import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

class FieldErrorView {
  @ApiProperty({ example: 'hours[0].opens', description: 'The field, as it is in the request' })
  path: string;

  @ApiProperty({ example: 'is_time' })
  code: string;

  @ApiProperty({ description: 'In the language of Accept-Language' })
  message: string;
}

/** What clients get for every error (RFC 9457). */
export class ProblemView {
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
