import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import { DirectoryQueries, type Found, ResourceQueries, ServiceQueries } from '@projections/catalog';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import type { Page, PageRequest } from '@yoyaku/projecting';
import { type BusinessSummary, businessSummary } from '../business/business.views';
import { publicResourceView } from '../catalog/resource.views';
import { ensureFields, InScope, Query, QueryString } from '../conventions';
import { pointIn } from './near';
import { SearchServicesQuery, SearchStaffQuery } from './search.dto';
import { FoundServicePage, FoundStaffPage, whereabouts } from './search.views';

/** A search over all businesses that take bookings. What one of them offers, its own lists tell. */
@ApiTags('Search')
@Controller('search')
export class SearchController {
  constructor(
    private readonly directory: DirectoryQueries,
    private readonly businesses: BusinessQueries,
    private readonly services: ServiceQueries,
    private readonly resources: ResourceQueries,
  ) {}

  @Query('services', {
    access: 'listed',
    summary: 'Services of all businesses that take bookings',
    answers: FoundServicePage,
    reads: ['directory', 'services', 'businesses'],
    cachedSeconds: 30,
  })
  async searchServices(@QueryString() query: SearchServicesQuery, @InScope() scope: Scope): Promise<FoundServicePage> {
    const { filter, request } = asked(query);
    const page = await this.directory.services(scope, filter, request);
    const services = byId(await this.services.among([scope], idsOf(page)));
    return this.shown(scope, page, (found) => services.get(found.id));
  }

  @Query('staff', {
    access: 'listed',
    summary: 'People who work for businesses that take bookings',
    description:
      'By `category`, `priceMax` and `currency`: who gives a service like that, for what they ask themselves',
    answers: FoundStaffPage,
    reads: ['directory', 'resources', 'businesses'],
    cachedSeconds: 30,
  })
  async searchStaff(@QueryString() query: SearchStaffQuery, @InScope() scope: Scope): Promise<FoundStaffPage> {
    const { filter, request } = asked(query);
    const page = await this.directory.staff(scope, filter, request);
    const people = byId(await this.resources.among([scope], idsOf(page)));
    return this.shown(scope, page, ({ id, specializations }) => {
      const person = people.get(id);
      return person && { ...publicResourceView(person), specializations: specializations ?? [] };
    });
  }

  /** What has gone since it was found, or another read model does not know yet, is left out. */
  private async shown<F extends Found, View extends object>(
    scope: Scope,
    { items: found, nextCursor }: Page<F>,
    viewOf: (one: F) => View | undefined,
  ): Promise<Page<View & Around>> {
    const ids = [...new Set(found.map(({ businessId }) => businessId))];
    const [rows, places] = await Promise.all([this.businesses.among([scope], ids), this.directory.places(found)]);
    const businesses = byId(rows);
    const items = found.flatMap((one) => {
      const [view, business] = [viewOf(one), businesses.get(one.businessId)];
      return view && business ? [{ ...view, business: businessSummary(business), ...whereabouts(one, places) }] : [];
    });
    return { items, nextCursor };
  }
}

type Around = ReturnType<typeof whereabouts> & { readonly business: BusinessSummary };

/** What is looked for near a point is sorted by distance, unless another order is asked for. */
function asked({ limit, cursor, sort, near, ...filter }: SearchServicesQuery) {
  const byDistance = sort?.endsWith('distanceMeters') ?? false;
  ensureFields([[byDistance && near === undefined, { path: 'near', code: 'required' }]]);
  const request: PageRequest = { limit, cursor, sort };
  return { filter: { ...filter, near: near === undefined ? undefined : pointIn(near) }, request };
}

const idsOf = ({ items }: Page<Found>): Uuid[] => items.map(({ id }) => id);

const byId = <Row extends { readonly id: Uuid }>(rows: readonly Row[]): ReadonlyMap<Uuid, Row> =>
  new Map(rows.map((row) => [row.id, row]));
