import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayUnique, IsIn } from 'class-validator';
import { Optional } from '../fields';

/** What `expand` names: `?expand=a,b` says the same as `?expand=a&expand=b`. */
export const namesIn = (expand: unknown): unknown[] =>
  [expand ?? []].flat().flatMap((each) => (typeof each === 'string' ? each.split(',') : [each]));

/** `expand` of a query: the things that are shown with the answer, beside their ids. */
export const Expand = (names: readonly string[]): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (value === undefined ? undefined : namesIn(value))),
    Optional(),
    ArrayUnique(),
    IsIn(names, { each: true }),
    ApiPropertyOptional({
      isArray: true,
      enum: names,
      uniqueItems: true,
      style: 'form',
      explode: false,
      description: 'Names of things, with commas between: each is shown beside its id, where who asks may see it',
    } as object),
  );
