import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const READS = 'yoyaku:reads';

/** Names the projections that a query reads, so that `X-Min-Position` waits for them before the handler runs. */
export const Reads = (...projections: string[]): MethodDecorator =>
  applyDecorators(SetMetadata(READS, projections), ApiExtension('x-reads', projections)) as MethodDecorator;
