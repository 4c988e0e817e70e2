import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { type FieldOptions, MoneyBody, MoneyField, Nested, Whole } from '../conventions';

class FeeBody {
  @Whole({ optional: true, min: 0, max: 100, description: 'Of the price' })
  percent?: number;

  @MoneyField({ optional: true })
  amount?: MoneyBody;
}

const isOneOfBoth = (value: unknown): boolean =>
  value instanceof FeeBody && (value.percent === undefined) !== (value.amount === undefined);

/** A percentage of a price, `{ "percent": 50 }`, or a fixed amount, `{ "amount": { … } }`. */
export const FeeField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    Nested(() => FeeBody, options),
    ValidateBy({ name: 'isFee', validator: { validate: isOneOfBoth } }),
  );
