import { ApiProperty } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { Answer } from '../commands/answer';

const MOST_NAMED = 200;

/** What is told of bookings by whatever takes their time away. */
export class AffectedView {
  @ApiProperty({
    type: [String],
    format: 'uuid',
    maxItems: MOST_NAMED,
    description: 'Bookings that are no longer covered, the earliest first; they stay booked',
  })
  affected: readonly Uuid[];

  @ApiProperty({ type: 'integer', description: 'How many there are' })
  affectedCount: number;
}

/** 200 for a command that leaves nothing to show but the bookings that it leaves uncovered. */
export const leaving = ({ headers }: Answer, bookings: readonly Uuid[]): Answer<AffectedView> =>
  new Answer(200, affectedView(bookings), headers);

/** The answer, which also names the bookings that the command leaves uncovered: no part of the thing, nor of its tag. */
export const naming = <Body extends object>(
  { status, body, headers }: Answer<Body>,
  bookings: readonly Uuid[],
): Answer<Body & AffectedView> => new Answer(status, { ...body, ...affectedView(bookings) }, headers);

const affectedView = (bookings: readonly Uuid[]): AffectedView => ({
  affected: bookings.slice(0, MOST_NAMED),
  affectedCount: bookings.length,
});
