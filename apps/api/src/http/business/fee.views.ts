import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '../conventions';

/** It has one of the two. */
export class FeeView {
  @ApiProperty({ required: false, example: 50, description: 'Of the price' })
  percent?: number;

  @ApiProperty({ type: MoneyView, required: false })
  amount?: MoneyView;
}
