import { ApiProperty, OmitType } from '@nestjs/swagger';
import type { Found, PlaceRow } from '@projections/catalog';
import type { Uuid } from '@yoyaku/kernel';
import { BusinessSummary, CoordinatesView } from '../business/business.views';
import { ResourceView } from '../catalog/resource.views';
import { ServiceView } from '../catalog/service.views';
import { PageOf } from '../conventions';

class PlaceView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: Uuid;

  @ApiProperty({ example: 'Ginza' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  address: string | null;

  @ApiProperty({ type: CoordinatesView })
  coordinates: CoordinatesView;
}

const nearby = { nullable: true, description: 'The nearest location where it is to be had; null without `near`' };
const distance = { nullable: true, description: 'To that location, as the crow flies; null without `near`' };

export class FoundServiceView extends ServiceView {
  @ApiProperty({ type: BusinessSummary })
  business: BusinessSummary;

  @ApiProperty({ type: PlaceView, ...nearby })
  location: PlaceView | null;

  @ApiProperty({ type: 'integer', ...distance })
  distanceMeters: number | null;
}

/** What everybody may know of somebody who works for a business. */
class FoundStaffView extends OmitType(ResourceView, ['userId']) {
  @ApiProperty({ type: [String], example: ['colour'] })
  specializations: readonly string[];

  @ApiProperty({ type: BusinessSummary })
  business: BusinessSummary;

  @ApiProperty({ type: PlaceView, ...nearby })
  location: PlaceView | null;

  @ApiProperty({ type: 'integer', ...distance })
  distanceMeters: number | null;
}

export class FoundServicePage extends PageOf(FoundServiceView) {}
export class FoundStaffPage extends PageOf(FoundStaffView) {}

/** Where a thing was found. */
export function whereabouts(
  { nearestId, distanceMeters }: Found,
  places: ReadonlyMap<Uuid, PlaceRow>,
): Pick<FoundServiceView, 'location' | 'distanceMeters'> {
  const place = nearestId && places.get(nearestId);
  if (!place || distanceMeters === undefined) return { location: null, distanceMeters: null };
  const { id, name, address, latitude, longitude } = place;
  const coordinates = { latitude: (latitude ?? 0) / 1e6, longitude: (longitude ?? 0) / 1e6 };
  return { location: { id, name, address, coordinates }, distanceMeters };
}
