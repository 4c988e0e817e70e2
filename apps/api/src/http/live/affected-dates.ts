import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import { CatalogFacts } from '@yoyaku/catalog';
import { epochMs, fromEpochMs, type Instant, type LocalDate, localDate, type Uuid } from '@yoyaku/kernel';

export interface Dates {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** On which local dates a time is, by the clock of the place where a resource is. */
@Injectable()
export class AffectedDates {
  constructor(
    private readonly businesses: BusinessFacts,
    private readonly catalog: CatalogFacts,
  ) {}

  async of(businessId: Uuid, resourceId: Uuid, start: Instant, end: Instant): Promise<Dates> {
    const timeZone = await this.timeZoneOf(businessId, resourceId);
    // What ends at midnight takes nothing of the day that then begins.
    const last = fromEpochMs(Math.max(epochMs(start), epochMs(end) - 1));
    return { from: localDate(start, timeZone), to: localDate(last, timeZone) };
  }

  private async timeZoneOf(businessId: Uuid, resourceId: Uuid): Promise<string> {
    const business = await this.businesses.business(businessId);
    if (!isKnownBusiness(business)) return 'UTC';
    const resource = await this.catalog.resource(resourceId);
    const place = 'locationId' in resource && resource.locationId ? business.locations[resource.locationId] : undefined;
    return place?.timeZone ?? business.timeZone;
  }
}
