import { Param } from '@nestjs/common';
import { idIn } from '../conventions';

/** An id as the thing's stream has it: a UUID in its canonical form, a reservation's keyed hash as it is. */
export const entityIdFrom = (value: string): string => idIn(value) ?? value;

export const EntityIdParam = (): ParameterDecorator => Param('entityId', { transform: entityIdFrom });
