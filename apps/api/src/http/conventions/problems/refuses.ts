import { ApiExtension } from '@nestjs/swagger';

export const REFUSES = 'x-refuses';

/** Statuses of problems that the route answers with, beside those that follow from its kind; for OpenAPI. */
export const Refuses = (...statuses: readonly number[]): MethodDecorator =>
  ApiExtension(REFUSES, [...statuses]) as MethodDecorator;
