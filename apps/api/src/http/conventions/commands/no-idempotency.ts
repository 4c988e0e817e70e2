import { SetMetadata } from '@nestjs/common';

export const NO_IDEMPOTENCY = 'yoyaku:no-idempotency';

/** For commands whose answer must never be stored, because it holds tokens. `Idempotency-Key` is ignored there. */
export const NoIdempotency = (): MethodDecorator => SetMetadata(NO_IDEMPOTENCY, true);
