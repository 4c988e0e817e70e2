import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const NO_IDEMPOTENCY = 'yoyaku:no-idempotency';

/** For commands whose answer must never be stored, because it holds tokens. `Idempotency-Key` is ignored there. */
export const NoIdempotency = (): MethodDecorator =>
  applyDecorators(SetMetadata(NO_IDEMPOTENCY, true), ApiExtension('x-no-idempotency', true)) as MethodDecorator;
