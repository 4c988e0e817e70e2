import { Injectable } from '@nestjs/common';
import { AuditQueries } from '@projections/audit';
import { Booking, isMade, type MadeBooking, Series, WaitlistTicket } from '@yoyaku/booking';
import { ApiKey, BusinessFacts, Membership, type Places } from '@yoyaku/business';
import {
  CatalogFacts,
  ExceptionPlace,
  Policy,
  Resource,
  type ResourceState,
  Service,
  type ServiceState,
} from '@yoyaku/catalog';
import { aggregates } from '@yoyaku/composition';
import { Customer, type CustomerState, Note } from '@yoyaku/customers';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import { type Aggregate, isUuid, type Message, type Uuid } from '@yoyaku/kernel';

/** Whose a thing is, and where: what rights to it depend on. */
export interface Thing {
  /** `null`: no business's, for the platform's own people alone. */
  readonly businessId: Uuid | null;
  /** The user whom it is about. */
  readonly owner?: Uuid | null;
  /** The user whom it is offered to. */
  readonly invited?: Uuid | null;
  /** The member who looks after it: to a role with `…_own` permissions it is their own. */
  readonly assignee?: Uuid | null;
  /** Where it is. Without it the thing belongs to the business as a whole, and limits do not concern it. */
  readonly places?: () => Places | Promise<Places>;
}

/** What is asked for, by whom, and whether what this process remembers will do. */
export interface Asked {
  readonly id: string;
  /** Of an `entity`. */
  readonly category?: string;
  readonly userId: Uuid | null;
  readonly load: Load;
}

type Find = (things: Things, asked: Asked) => Promise<Thing | undefined>;
type Belonging = Omit<Thing, 'businessId'>;

/** Things that an aggregate's streams hold; their business is its tenant. */
const kind = <State, C extends Message, E extends Message>(
  aggregate: Aggregate<State, C, E>,
  ownership: (state: State, things: Things, asked: Asked) => Belonging | Promise<Belonging> = () => ({}),
  absent: (asked: Asked) => Thing | undefined = () => undefined,
): [string, Find] => [
  aggregate.category,
  async (things, asked) => {
    const { revision, state } = await things.aggregates.load(aggregate, asked.id, asked.load);
    const businessId = aggregate.tenantOf(state);
    if (revision < 0 || !isUuid(businessId)) return absent(asked);
    return { businessId, ...(await ownership(state, things, asked)) };
  },
];

const has = <Key extends string, State extends object>(
  state: State,
  key: Key,
): state is Extract<State, Record<Key, unknown>> => key in state;

/** Every kind of thing that a rule of access is about. A new kind says here once whose its things are. */
const KINDS: ReadonlyMap<string, Find> = new Map([
  kind(Resource, (resource) => ({ places: () => placesOfResource(resource) })),
  kind(Service, (service) => ({ places: () => placesOfService(service) })),
  kind(ExceptionPlace, (exception, things, { load }) => ({
    places: () => (has(exception, 'resourceId') ? things.placesOf({ resourceIds: [exception.resourceId] }, load) : []),
  })),
  kind(Policy),
  kind(ApiKey),
  kind(Membership, (member) => ({
    owner: has(member, 'userId') ? member.userId : null,
    assignee: has(member, 'userId') ? member.userId : null,
    places: () => (has(member, 'locationIds') ? member.locationIds : []),
  })),
  kind(
    Booking,
    (booking, things, { load }) =>
      isMade(booking) ? { owner: booking.userId, places: () => things.placesOf(booking, load) } : { places: () => [] },
    // What is no booking may be a private appointment, and those are the asker's own or not there for them. That there
    // is no booking is asked of the store: what this process remembers may be older.
    ({ userId, load }) => (userId === null || load !== 'requireLoad' ? undefined : { businessId: null, owner: userId }),
  ),
  kind(Series, (series, things, { load }) =>
    has(series, 'occurrences')
      ? {
          owner: series.userId,
          places: async () => {
            const { occurrences, serviceId } = series;
            const elsewhere = occurrences.filter(({ locationId }) => locationId === null);
            const resourceIds = [...new Set(elsewhere.flatMap((one) => one.resourceIds))];
            const places = await things.placesOf({ resourceIds, serviceId }, load);
            return [...new Set([...occurrences.flatMap(({ locationId }) => locationId ?? []), ...places])];
          },
        }
      : { places: () => [] },
  ),
  kind(WaitlistTicket, (ticket) =>
    has(ticket, 'entryId')
      ? { owner: ticket.userId, places: () => (ticket.locationId ? [ticket.locationId] : []) }
      : { places: () => [] },
  ),
  kind(Customer, (customer) => ownershipOf(customer)),
  kind(Note, async (note, things, { load }) => {
    if (!has(note, 'customerId')) return {};
    const { state: customer } = await things.aggregates.load(Customer, note.customerId, load);
    if (!has(customer, 'businessId') || customer.businessId !== note.businessId) return {};
    const { owner, assignee } = ownershipOf(customer);
    return { owner: note.shared ? owner : null, assignee };
  }),
  [
    'audit',
    async (things, { id }) => {
      const tenantId = await things.log.tenantOf(id as Uuid);
      return tenantId === undefined ? undefined : { businessId: tenant(tenantId) };
    },
  ],
  [
    'slug',
    async (things, { id, load }) => {
      const businessId = await things.businesses.idBySlug(id, load);
      return businessId ? { businessId } : undefined;
    },
  ],
  [
    'entity',
    async (things, { category, id, load }) => {
      const aggregate = aggregates.find((known) => known.category === category);
      const { revision = -1, state } = aggregate ? await things.aggregates.load(aggregate, id, load) : {};
      return aggregate && revision >= 0 ? { businessId: tenant(aggregate.tenantOf(state as never)) } : undefined;
    },
  ],
]);

const placesOfResource = (resource: ResourceState): readonly Uuid[] =>
  has(resource, 'locationId') && resource.locationId ? [resource.locationId] : [];

const placesOfService = (service: ServiceState): readonly Uuid[] =>
  has(service, 'locationIds') ? service.locationIds : [];

const tenant = (id: string): Uuid | null => (isUuid(id) ? id : null);

const ownershipOf = (customer: CustomerState): Belonging => ({
  owner: has(customer, 'userId') ? customer.userId : null,
  invited: has(customer, 'linkOfferedTo') ? customer.linkOfferedTo : null,
  assignee: has(customer, 'assignedTo') ? customer.assignedTo : null,
});

/** Kinds that are known from a read model only: it has to have come as far as the request asks for. */
export const RECORDED: ReadonlySet<string> = new Set(['audit']);

/** Finds out whose a thing is, by its kind and id. */
@Injectable()
export class Things {
  constructor(
    readonly aggregates: AggregateStore,
    readonly log: AuditQueries,
    readonly businesses: BusinessFacts,
    private readonly catalog: CatalogFacts,
  ) {}

  static knows(kind: string): boolean {
    return KINDS.has(kind);
  }

  /** Undefined where there is no such thing. */
  find(kind: string, asked: Asked): Promise<Thing | undefined> {
    const find = KINDS.get(kind);
    if (!find) throw new Error(`things.ts does not say whose a ${kind} is`);
    return find(this, asked);
  }

  /**
   * Where a booking is; one that does not say so is where its resources are, removed ones too. A service without
   * requirements is the resource of its own bookings.
   */
  async placesOf(
    { locationId, resourceIds, serviceId }: Partial<MadeBooking> & Pick<MadeBooking, 'resourceIds'>,
    load: Load,
  ): Promise<readonly Uuid[]> {
    if (locationId) return [locationId];
    const places = await Promise.all(
      resourceIds.map(async (id) =>
        id === serviceId
          ? placesOfService(await this.catalog.service(id, load))
          : placesOfResource(await this.catalog.resource(id, load)),
      ),
    );
    return places.flat();
  }
}
