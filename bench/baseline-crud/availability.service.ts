import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem } from './problem';

interface AvailabilityAnswer {
  readonly timeZone: string;
  readonly slots: readonly { start: Date; end: Date; resourceIds: readonly string[]; remaining: number }[];
}

@Injectable()
export class AvailabilityService {
  constructor(private readonly database: DataSource) {}

  /** Free slots of the service on these local dates, both included. Throws {@link Problem}. */
  async slots(businessId: string, serviceId: string, from: string, to: string): Promise<AvailabilityAnswer> {
    const [business] = await this.database.query<{ time_zone: string }[]>(
      `select time_zone from business where id = $1 and status = 'approved'`,
      [businessId],
    );
    if (!business) throw new Problem(404, 'business.not_found');
    const slots = await this.database.query(SLOTS, [businessId, serviceId, from, to]);
    return { timeZone: business.time_zone, slots };
  }
}

/** Opening and working hours of each resource and day, less what is booked, cut into slots on the business's grid. */
const SLOTS = `
  with rule as (
    select b.id, b.time_zone, s.id as service_id,
           make_interval(mins => b.slot_interval_minutes) as step,
           make_interval(mins => s.duration_minutes) as duration,
           now() + make_interval(mins => b.min_notice_minutes) as earliest,
           now() + make_interval(days => b.booking_window_days) as latest
      from business b join service s on s.business_id = b.id
     where b.id = $1 and s.id = $2
  ), open as (
    select w.resource_id,
           date at time zone time_zone as midnight,
           tstzrange((date + greatest(o.opens, w.starts)) at time zone time_zone,
                     (date + least(o.closes, w.ends)) at time zone time_zone) as span
      from rule
      join service_resource able using (service_id)
      cross join generate_series($3::timestamp, $4::timestamp, interval '1 day') as date
      join opening_hours o on o.business_id = rule.id and o.day = extract(isodow from date)
      join working_hours w on w.resource_id = able.resource_id and w.day = o.day
     where greatest(o.opens, w.starts) < least(o.closes, w.ends)
  ), free as (
    select open.resource_id, open.midnight,
           unnest(tstzmultirange(open.span) - coalesce(busy.spans, '{}'::tstzmultirange)) as span
      from open
      cross join lateral (
        select range_agg(tstzrange(starts_at, ends_at)) as spans
          from booking
         where resource_id = open.resource_id
           and tstzrange(starts_at, ends_at) && open.span
           and status <> 'cancelled'
      ) busy
  )
  select start, start + duration as "end", array_agg(resource_id) as "resourceIds", count(*)::int as remaining
    from rule, free
    cross join lateral generate_series(
      date_bin(rule.step, lower(span) + rule.step - interval '1 microsecond', midnight),
      upper(span) - rule.duration,
      rule.step
    ) as start
   where start >= earliest and start <= latest
   group by start, duration
   order by start`;
