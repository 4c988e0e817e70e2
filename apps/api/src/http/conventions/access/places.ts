import { Injectable } from '@nestjs/common';
import { Booking, isMade } from '@yoyaku/booking';
import { Membership, type Places } from '@yoyaku/business';
import { CatalogFacts, ExceptionPlace, Resource, Service } from '@yoyaku/catalog';
import type { Load } from '@yoyaku/eventing';
import type { Aggregate, Message, Uuid } from '@yoyaku/kernel';

type Finder = readonly [category: string, find: (state: never, load: Load) => Places | Promise<Places>];

/**
 * At which locations things are. Whatever has a rule of access about one of these is limited by it; things of all other
 * kinds belong to the business as a whole.
 */
@Injectable()
export class WhereThingsAre {
  private readonly finders: ReadonlyMap<string, Finder[1]>;

  constructor(private readonly catalog: CatalogFacts) {
    this.finders = new Map([
      finder(Resource, (state) => ('locationId' in state && state.locationId ? [state.locationId] : [])),
      finder(Service, (state) => ('locationIds' in state ? state.locationIds : [])),
      finder(Membership, (state) => ('locationIds' in state ? state.locationIds : [])),
      finder(Booking, (state, load) => (isMade(state) ? this.ofResources(state.resourceIds, load) : [])),
      finder(ExceptionPlace, (state, load) =>
        'resourceId' in state ? this.ofResources([state.resourceId], load) : [],
      ),
    ]);
  }

  /** Of the state of an aggregate of that category. */
  async of(category: string, state: unknown, load: Load): Promise<Places> {
    return (await this.finders.get(category)?.(state as never, load)) ?? null;
  }

  /** Where these resources are, removed ones too: a booking is where its resources are. */
  async ofResources(ids: readonly Uuid[], load: Load): Promise<readonly Uuid[]> {
    const resources = await Promise.all(ids.map((id) => this.catalog.resource(id, load)));
    return resources.flatMap((resource) => (resource.status !== 'none' && resource.locationId) || []);
  }
}

const finder = <State, C extends Message, E extends Message>(
  { category }: Aggregate<State, C, E>,
  find: (state: State, load: Load) => Places | Promise<Places>,
): Finder => [category, find];
