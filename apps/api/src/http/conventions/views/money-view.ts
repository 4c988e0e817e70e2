import { ApiProperty } from '@nestjs/swagger';

/** An amount as answers have it. Requests have a class of their own, with limits. */
export class MoneyView {
  @ApiProperty({ type: 'integer', example: 8_000, description: 'In minor units; JPY and KRW have none' })
  amount: number;

  @ApiProperty({ example: 'JPY', description: 'ISO 4217' })
  currency: string;
}
