import { Injectable } from '@nestjs/common';
import { BusinessQueries } from '@projections/business';
import { ResourceQueries, ServiceQueries } from '@projections/catalog';
import { CustomerQueries } from '@projections/customers';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { businessSummary } from '../business/business.views';
import { resourceSummary } from '../catalog/resource.views';
import { serviceSummary } from '../catalog/service.views';
import { inQuery, type PermissionRule } from '../conventions';
import { Rights, SHOWN } from '../conventions/access/rights';
import { customerSummary } from '../customers/customer.views';
import type { Expandable } from './bookings.dto';
import type { BookingView } from './bookings.views';

/** Who sees customers and resources, as their routes say; businesses and services are seen where the business is shown. */
const CUSTOMERS: PermissionRule = { permission: 'customers:read', of: inQuery('businessId'), self: 'else' };

const RESOURCES: PermissionRule = { permission: 'resources:write', of: inQuery('businessId'), or: 'public' };

/** What is shown with each of some bookings. */
type Shown = (booking: BookingView) => Partial<BookingView>;

interface Asked {
  readonly bookings: readonly BookingView[];
  /** Where businesses and services are shown to who asks, where resources are, and where customers are. */
  readonly visible: readonly Scope[];
  readonly working: readonly Scope[];
  readonly customers: readonly Scope[];
}

/**
 * Adds to bookings summaries of what they name. Each is shown only to those who could query the thing itself, and all of
 * them get the same summary. However many bookings there are, each kind of thing is one query.
 */
@Injectable()
export class BookingExpansions {
  constructor(
    private readonly rights: Rights,
    private readonly services: ServiceQueries,
    private readonly resources: ResourceQueries,
    private readonly customers: CustomerQueries,
    private readonly businesses: BusinessQueries,
  ) {}

  async expand(
    bookings: readonly BookingView[],
    wanted: readonly Expandable[] | undefined,
    request: FastifyRequest,
  ): Promise<BookingView[]> {
    if (!wanted || bookings.length === 0) return [...bookings];
    const businessIds = distinct(bookings.map(({ businessId }) => businessId));
    const [visible, working, customers] = await Promise.all([
      this.rights.scopesIn(businessIds, SHOWN, request),
      wanted.includes('resources') ? this.rights.scopesIn(businessIds, RESOURCES, request) : [],
      wanted.includes('customer') ? this.rights.scopesIn(businessIds, CUSTOMERS, request) : [],
    ]);
    const shown = await Promise.all(
      wanted.map((name) => this.expanders[name]({ bookings, visible, working, customers })),
    );
    return bookings.map((booking) => Object.assign({}, booking, ...shown.map((show) => show(booking))));
  }

  private readonly expanders: Readonly<Record<Expandable, (asked: Asked) => Promise<Shown>>> = {
    service: async ({ bookings, visible }) => {
      const ids = distinct(bookings.map(({ serviceId }) => serviceId));
      const services = byId(await this.services.among(visible, ids), serviceSummary);
      return ({ serviceId }) => ({ service: services(serviceId) });
    },
    resources: async ({ bookings, working }) => {
      const ids = distinct(bookings.flatMap(({ resourceIds }) => resourceIds));
      const resources = byId(await this.resources.among(working, ids), resourceSummary);
      return ({ resourceIds }) => ({ resources: resourceIds.flatMap((id) => resources(id) ?? []) });
    },
    customer: async ({ bookings, customers: scopes }) => {
      const ids = distinct(bookings.map(({ customerId }) => customerId));
      const customers = byId(await this.customers.among(scopes, ids), customerSummary);
      return ({ customerId }) => ({ customer: customers(customerId) });
    },
    business: async ({ bookings, visible }) => {
      const ids = distinct(bookings.map(({ businessId }) => businessId));
      const businesses = byId(await this.businesses.among(visible, ids), businessSummary);
      return ({ businessId }) => ({ business: businesses(businessId) });
    },
  };
}

const distinct = (ids: readonly (string | null)[]): Uuid[] => [...new Set(ids)].filter((id): id is Uuid => id !== null);

/** The view of the row of that id; `null` where there is none. */
function byId<Row extends { readonly id: Uuid }, View>(
  rows: readonly Row[],
  viewOf: (row: Row) => View,
): (id: string | null) => View | null {
  const views = new Map<string, View>(rows.map((row) => [row.id, viewOf(row)]));
  return (id) => (id === null ? null : (views.get(id) ?? null));
}
