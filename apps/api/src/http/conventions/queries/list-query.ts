import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional, Text, Whole } from '../fields';

/** Parameters that every list takes. A list's own filters are the fields of its subclass; all others are refused. */
export class ListQuery {
  @Whole({ optional: true, min: 1, max: 200, default: 50, description: 'How many items at most' })
  limit?: number;

  @Text({ optional: true, max: 1000, description: '`nextCursor` of the page before' })
  cursor?: string;
}

/** `sort` of a list: the columns it can be sorted by, `-` in front for descending; the first is the default. */
export function Sort(...columns: readonly [string, ...string[]]): PropertyDecorator {
  const allowed = columns.flatMap((column) =>
    column.startsWith('-') ? [column, column.slice(1)] : [column, `-${column}`],
  );
  return applyDecorators(
    Optional(),
    IsIn(allowed),
    ApiPropertyOptional({ enum: allowed, default: columns[0], description: 'Descending with `-` in front' }),
  );
}
