import { Injectable } from '@nestjs/common';
import type { Ownership, Scope } from '@yoyaku/access';
import type { LocalDate, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { In, LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import { type StoredEntry, waitlist, waitlists } from './table';

type FoundEntry = StoredEntry & { readonly revision: number };
/** `place`: how many are to be offered a time before, and oneself; null: who does not wait has none. */
export type WaitlistRow = FoundEntry & { readonly place: number | null };

export interface WaitlistFilter {
  readonly businessId?: Uuid;
  readonly serviceId?: Uuid;
  readonly customerId?: Uuid;
  readonly status?: string;
}

const ENTRIES: Ownership<keyof StoredEntry> = { business: 'businessId', owner: 'userId', at: 'locationId' };

const PLACES = `select w.id,
    (select count(*) from read.waitlist o
     where o.service_id = w.service_id and o.status = 'waiting' and o.number <= w.number) as place
  from read.waitlist w where w.id = any($1) and w.status = 'waiting'`;

@Injectable()
export class WaitlistQueries {
  constructor(private readonly readModels: ReadModels) {}

  async find(scope: Scope, id: Uuid): Promise<WaitlistRow | undefined> {
    const found = await this.select(scope).where({ id }).first();
    return found && (await this.placed([found]))[0];
  }

  async list(scope: Scope, filter: WaitlistFilter, request: PageRequest): Promise<Page<WaitlistRow>> {
    const page = await this.select(scope)
      .where({ ...filter })
      .page(['createdAt'], request);
    return { ...page, items: await this.placed(page.items) };
  }

  /** The services of a business for which somebody waits who could come on one of these dates. */
  async waitedFor(businessId: Uuid, from: LocalDate, to: LocalDate): Promise<Uuid[]> {
    const waiting = await this.readModels
      .unscoped(waitlist)
      .where({ businessId, status: 'waiting', fromDate: LessThanOrEqual(to), toDate: MoreThanOrEqual(from) })
      .only('serviceId')
      .all();
    return [...new Set(waiting.map(({ serviceId }) => serviceId))];
  }

  /** Who waits for a service. */
  async waitingFor(serviceId: Uuid): Promise<Uuid[]> {
    const waiting = this.readModels.unscoped(waitlist).where({ serviceId, status: 'waiting' });
    return [...new Set((await waiting.only('customerId').all()).map(({ customerId }) => customerId))];
  }

  /** The entries of a customer, or of a user, that have not ended. */
  async openOf(whom: { readonly customerId: Uuid } | { readonly userId: Uuid }): Promise<Uuid[]> {
    const open = this.readModels.unscoped(waitlist).where({ ...whom, status: In(['waiting', 'offered']) });
    return (await open.only('id').all()).map(({ id }) => id);
  }

  private select(scope: Scope): Selection<StoredEntry, FoundEntry> {
    return this.readModels.select(waitlist, scope, ENTRIES).withRevisionOf(waitlists, { id: 'serviceId' });
  }

  private async placed(entries: readonly FoundEntry[]): Promise<WaitlistRow[]> {
    const ids = entries.filter(({ status }) => status === 'waiting').map(({ id }) => id);
    const places = ids.length > 0 ? await this.readModels.query<{ id: Uuid; place: number }>(PLACES, [ids]) : [];
    const byId = new Map(places.map(({ id, place }) => [id, place]));
    return entries.map((entry) => ({ ...entry, place: byId.get(entry.id) ?? null }));
  }
}
