import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import type { Near as Point } from '@projections/catalog';
import { ValidateBy } from 'class-validator';
import { Optional } from '../conventions';

/** Latitude, longitude, and perhaps kilometres. */
const FORM = /^(-?\d{1,2}(?:\.\d{1,15})?), ?(-?\d{1,3}(?:\.\d{1,15})?)(?:, ?(\d{1,5}(?:\.\d{1,3})?))?$/;

/** The point that a text names, `35.68,139.77,5`; undefined where it names none on earth, or no distance. */
export function pointIn(text: string): Point | undefined {
  const [, latitude, longitude, km] = FORM.exec(text)?.map(Number) ?? [];
  if (latitude === undefined || longitude === undefined) return undefined;
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return isOnEarth && km !== 0 ? { latitude, longitude, km: Number.isNaN(km) ? undefined : km } : undefined;
}

/** A parameter that {@link pointIn} reads. */
export const Near = (): PropertyDecorator =>
  applyDecorators(
    Optional(),
    ValidateBy({
      name: 'isNear',
      validator: { validate: (value) => typeof value === 'string' && pointIn(value) !== undefined },
    }),
    ApiPropertyOptional({
      type: String,
      pattern: FORM.source,
      example: '35.6717,139.765,5',
      description:
        'Latitude and longitude in degrees, and how many kilometres away at most; what is nearest comes first, and what has no known place is left out',
    }),
  );
