import { ApiProperty } from '@nestjs/swagger';
import type { KnownPolicy } from '@yoyaku/catalog';
import type { Fee, Uuid } from '@yoyaku/kernel';
import { FeeView } from '../business/fee.views';
import { PageOf, type Shown, VersionedView, versionOf } from '../conventions';

export class PolicyView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ example: 'A day before' })
  name: string;

  @ApiProperty({ type: 'integer', example: 24, description: 'Free of charge until so many hours before the start' })
  freeUntilHours: number;

  @ApiProperty({ type: FeeView, nullable: true, description: 'For cancelling later than that' })
  lateFee: Fee | null;

  @ApiProperty({ type: FeeView, nullable: true, description: 'For not coming' })
  noShowFee: Fee | null;

  @ApiProperty({ description: 'For services that name no policy' })
  isDefault: boolean;
}

export class PolicyPage extends PageOf(PolicyView) {}

/** A policy right after a command. */
export function policyView(outcome: Shown<KnownPolicy>, isDefault: boolean): PolicyView {
  const { policyId: _, status: __, ...policy } = outcome.known;
  return { ...policy, ...versionOf(outcome), isDefault };
}
