import { Problem } from '../problems/problem';

/** 401 with the header that says why (RFC 6750, 3). */
export const unauthorized = (code: string): Problem =>
  new Problem(401, code, {
    headers: { 'www-authenticate': code === 'auth.token_missing' ? 'Bearer' : 'Bearer error="invalid_token"' },
  });
