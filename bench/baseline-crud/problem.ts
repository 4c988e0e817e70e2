import { HttpException } from '@nestjs/common';

/** Answered as problem details (RFC 9457) with a stable code. */
export class Problem extends HttpException {
  constructor(status: number, code: string) {
    super({ type: 'about:blank', title: code, status, code }, status);
  }
}
