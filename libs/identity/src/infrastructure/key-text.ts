import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isUuid, type Uuid } from '@yoyaku/kernel';

/** `yk_`, 54 digits that hold the key's id and its secret, 6 that are their checksum: `yk_[0-9A-Za-z]{60}`. */
const PREFIX = 'yk_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = /^yk_([0-9A-Za-z]{54})([0-9A-Za-z]{6})$/;
const ID_BYTES = 16;
const SECRET_BYTES = 24;
const BODY = 54;
const CHECKSUM = 6;

/** A key as its machine sends it. */
export interface KeyText {
  readonly id: Uuid;
  readonly text: string;
  readonly secret: Buffer;
}

export function newKeyText(id: Uuid): KeyText {
  const secret = randomBytes(SECRET_BYTES);
  const body = digitsOf(BigInt(`0x${id.replaceAll('-', '')}${secret.toString('hex')}`), BODY);
  return { id, text: `${PREFIX}${body}${checksumOf(body)}`, secret };
}

/** Whether that is meant to be a key, be it one or not. */
export const looksLikeKey = (text: string): boolean => text.startsWith(PREFIX);

/** Undefined for what is no key, as its checksum says: nothing need be looked up for that. */
export function readKeyText(text: string): KeyText | undefined {
  const [, body = '', checksum] = SHAPE.exec(text) ?? [];
  if (body === '' || checksum !== checksumOf(body)) return undefined;
  const hex = [...body].reduce((sum, digit) => sum * 62n + BigInt(DIGITS.indexOf(digit)), 0n).toString(16);
  const bytes = Buffer.from(hex.padStart((ID_BYTES + SECRET_BYTES) * 2, '0'), 'hex');
  const id = bytes.toString('hex', 0, ID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  // 54 digits hold a little more than 40 bytes.
  return bytes.length === ID_BYTES + SECRET_BYTES && isUuid(id)
    ? { id, text, secret: bytes.subarray(ID_BYTES) }
    : undefined;
}

/** What is kept of a key; without ours nobody can try secrets on it. */
export const hashOfKey = ({ id, secret }: KeyText, appSecret: string): Buffer =>
  createHmac('sha256', appSecret).update(`yoyaku api key ${id}`).update(secret).digest();

const checksumOf = (body: string): string => digitsOf(BigInt(crc32(PREFIX + body)), CHECKSUM);

function digitsOf(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text;
  return text;
}
