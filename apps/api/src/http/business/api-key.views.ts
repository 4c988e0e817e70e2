import { ApiProperty } from '@nestjs/swagger';
import type { ApiKeyRow } from '@projections/business';
import { isGoodKey, type KnownApiKey } from '@yoyaku/business';
import { type Instant, now, type Uuid } from '@yoyaku/kernel';
import { PageOf, type Shown, VersionedView, versionOf } from '../conventions';

const STATUSES = ['active', 'expired', 'revoked'] as const;

export class ApiKeyView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ example: 'Till at the front desk' })
  name: string;

  @ApiProperty({ enum: STATUSES })
  status: string;

  @ApiProperty({ type: [String], description: 'What it may do, as far as whoever made it may do that' })
  permissions: readonly string[];

  @ApiProperty({ type: [String], format: 'uuid', description: 'All locations of whoever made it when empty' })
  locationIds: readonly Uuid[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt: Instant | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To some minutes; `null`: never' })
  lastUsedAt: Instant | null;

  @ApiProperty({ type: String, format: 'uuid', description: 'The user who stands behind what is done with it' })
  madeBy: Uuid;
}

export class NewApiKeyView extends ApiKeyView {
  @ApiProperty({
    example: 'yk_08VlO2174xUwO0RCUBpsNzUCrtn1F2z0NmuZdRKEalt3uigvFTPES90iKYDi',
    description: 'To be sent as `Authorization: Bearer …`. It is shown this once',
  })
  key: string;
}

export class ApiKeyPage extends PageOf(ApiKeyView) {}

/** A key as queries show it. */
export const apiKeyRow = (row: ApiKeyRow, lastUsedAt: Instant | undefined): ApiKeyView => ({
  ...row,
  status: statusOf(row),
  lastUsedAt: lastUsedAt ?? null,
});

/** A key right after a command. */
export function apiKeyView(outcome: Shown<KnownApiKey>): ApiKeyView {
  const { keyId: _, ...key } = outcome.known;
  return { ...key, ...versionOf(outcome), status: statusOf(key), lastUsedAt: null };
}

const statusOf = (key: Pick<KnownApiKey, 'expiresAt'> & { readonly status: string }): string =>
  key.status === 'active' && !isGoodKey(key as KnownApiKey, now()) ? 'expired' : key.status;
