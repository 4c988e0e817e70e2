import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import { EventCodec } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { LessThan, MoreThan } from 'typeorm';
import { blocks, calendars, outsideCalendars, type StoredBlock, type StoredCalendar } from './table';

type Written = Readonly<Record<'reason', string | null>>;
type FoundBlock = StoredBlock & { readonly revision: number };
export type BlockRow = Omit<FoundBlock, keyof Written> & Written;
type FoundCalendar = StoredCalendar & { readonly revision: number };
/** `url`: null where the key to it was destroyed. */
export type CalendarRow = Omit<FoundCalendar, 'url'> & { readonly url: string | null };

/** Of a resource's own blocks: the resource is at a place, and whether that is the asker's matter was looked at. */
const OWNERSHIP = { business: 'businessId', isPart: true } as const;

@Injectable()
export class BlockQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  async find(scope: Scope, resourceId: Uuid, id: Uuid): Promise<BlockRow | undefined> {
    const found = await this.of(scope, resourceId).where({ id }).first();
    return found && (await this.open([found]))[0];
  }

  async list(scope: Scope, resourceId: Uuid, request: PageRequest): Promise<Page<BlockRow>> {
    const found = await this.of(scope, resourceId).page(['startsAt'], request);
    return { ...found, items: await this.open(found.items) };
  }

  /** Those with time in that span, in order of their start. */
  async between(
    scope: Scope,
    resourceId: Uuid,
    { from, to }: { readonly from: Instant; readonly to: Instant },
    limit: number,
  ): Promise<BlockRow[]> {
    const found = this.of(scope, resourceId).where({ startsAt: LessThan(to), endsAt: MoreThan(from) });
    return this.open(await found.ordered('startsAt', limit));
  }

  async findCalendar(scope: Scope, resourceId: Uuid, id: Uuid): Promise<CalendarRow | undefined> {
    const found = await this.calendarsOf(scope, resourceId).where({ id }).first();
    return found && (await this.openCalendars([found]))[0];
  }

  /** The outside calendars of a resource, the oldest first. */
  async listCalendars(scope: Scope, resourceId: Uuid, request: PageRequest): Promise<Page<CalendarRow>> {
    const found = await this.calendarsOf(scope, resourceId).page(['createdAt'], request);
    return { ...found, items: await this.openCalendars(found.items) };
  }

  private calendarsOf(scope: Scope, resourceId: Uuid): Selection<StoredCalendar, FoundCalendar> {
    return this.readModels
      .select(outsideCalendars, scope, OWNERSHIP)
      .where({ resourceId })
      .withRevisionOf(calendars, { id: 'resourceId' });
  }

  private async openCalendars(rows: readonly FoundCalendar[]): Promise<CalendarRow[]> {
    const sealed = await this.codec.unseal<{ url: string }>(rows.map(({ url }) => url));
    return rows.map((row, i) => ({ ...row, url: sealed[i]?.url ?? null }));
  }

  /** With the revision of the resource's calendar, in whose stream they are. */
  private of(scope: Scope, resourceId: Uuid): Selection<StoredBlock, FoundBlock> {
    return this.readModels
      .select(blocks, scope, OWNERSHIP)
      .where({ resourceId })
      .withRevisionOf(calendars, { id: 'resourceId' });
  }

  private async open(rows: readonly FoundBlock[]): Promise<BlockRow[]> {
    const written = await this.codec.unseal<Written>(rows.map(({ reason }) => reason));
    return rows.map((row, i) => ({ ...row, reason: written[i]?.reason ?? null }));
  }
}
