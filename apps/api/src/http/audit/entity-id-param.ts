import { Param } from '@nestjs/common';
import { idIn } from '../conventions';

/** An id as in the stream's name: a UUID in its canonical form, or a reservation's keyed hash unchanged. */
export const entityIdFrom = (value: string): string => idIn(value) ?? value;

export const EntityIdParam = (): ParameterDecorator => Param('entityId', { transform: entityIdFrom });
