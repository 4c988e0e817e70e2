import { Injectable } from '@nestjs/common';
import { BlockQueries } from '@projections/booking';
import { type OfOutsideCalendar, RefreshOutsideCalendar, refreshOutsideCalendar } from '@yoyaku/booking';
import { Commands } from '@yoyaku/eventing';
import { Consistency } from '@yoyaku/projecting';
import type { DueJob, JobHandler } from '@yoyaku/reacting';

/** How long a job waits for the read model with the address before it is tried again. */
const PATIENCE = 5_000;

/** Looks at outside calendars, again and again. */
@Injectable()
export class CalendarRefresher implements JobHandler<OfOutsideCalendar> {
  readonly kind = refreshOutsideCalendar;

  constructor(
    private readonly blocks: BlockQueries,
    private readonly consistency: Consistency,
    private readonly commands: Commands,
  ) {}

  async run({ data, cause, context }: DueJob<OfOutsideCalendar>) {
    const { resourceId, calendarId } = data;
    const { tenantId, position } = cause;
    const isKnown = await this.consistency.waitFor(['blocks'], BigInt(position), { tenantId, timeoutMs: PATIENCE });
    if (!isKnown) throw new Error('The read model of blocks is behind');
    const calendar = await this.blocks.findCalendar(context.scope, resourceId, calendarId);
    const refresh = new RefreshOutsideCalendar(resourceId, calendarId, calendar?.url ?? null, context);
    const next = await this.commands.send(refresh);
    return next ? [this.kind.job(data, { at: next })] : undefined;
  }
}
