import { ApiProperty, PickType } from '@nestjs/swagger';
import type { ServiceRow } from '@projections/catalog';
import { isShared, type KnownService } from '@yoyaku/catalog';
import type { Fee, Money, Uuid } from '@yoyaku/kernel';
import { FeeView } from '../business/fee.views';
import { MoneyView, PageOf, type Shown, VersionedView, versionOf } from '../conventions';

class RequirementView {
  @ApiProperty({ type: [String], format: 'uuid', description: 'Any one of these resources will do' })
  anyOf: readonly Uuid[];
}

class OverrideView {
  @ApiProperty({ type: String, format: 'uuid' })
  resourceId: Uuid;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'As the service when null' })
  price: Money | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'As the service when null' })
  durationMinutes: number | null;
}

export class ServiceView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ example: 'Cut' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Hair' })
  category: string | null;

  @ApiProperty({ type: 'integer', example: 60 })
  durationMinutes: number;

  @ApiProperty({ type: MoneyView })
  price: Money;

  @ApiProperty({ type: 'integer', example: 0 })
  bufferBeforeMinutes: number;

  @ApiProperty({ type: 'integer', example: 0 })
  bufferAfterMinutes: number;

  @ApiProperty({ type: 'integer', description: 'People in one session; more than 1 is a class' })
  capacity: number;

  @ApiProperty({ description: 'Whether strangers may join a session; otherwise a booking takes its resources whole' })
  shared: boolean;

  @ApiProperty({ enum: ['booking', 'person'], description: 'What the price is for' })
  pricing: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The business’s slot interval when null' })
  intervalMinutes: number | null;

  @ApiProperty({ type: [RequirementView], description: 'One resource for each is needed' })
  requirements: readonly RequirementView[];

  @ApiProperty({ type: [OverrideView], description: 'Where a resource asks for more, or takes longer' })
  overrides: readonly OverrideView[];

  @ApiProperty({ type: [String], format: 'uuid', description: 'All locations when empty' })
  locationIds: readonly Uuid[];

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The business’s default policy when null',
  })
  policyId: Uuid | null;

  @ApiProperty({ type: FeeView, nullable: true, description: 'As the business when null' })
  depositRule: Fee | null;
}

/** A service beside what names it. */
export class ServiceSummary extends PickType(ServiceView, ['id', 'name', 'durationMinutes', 'price']) {}

export class ServicePage extends PageOf(ServiceView) {}

/** A service right after a command. */
export function serviceView(outcome: Shown<KnownService>): ServiceView {
  const { serviceId: _, status: __, ...service } = outcome.known;
  return { ...service, shared: isShared(service), ...versionOf(outcome) };
}

export const serviceSummary = ({ id, name, durationMinutes, price }: ServiceRow): ServiceSummary => ({
  id,
  name,
  durationMinutes,
  price,
});
