import assert from 'node:assert/strict';
import type { Random } from '@yoyaku/simulation';
import type { Account } from './account';
import { type Client, type Command, jsonOf } from './client';
import type { Installation } from './installation';
import type { Marks } from './marks';
import type { Network } from './network';
import { type Salon, startsOf } from './salon';
import { type Shown, shownOf } from './shown';

/** What the checks work with. */
export interface World {
  readonly installation: Installation;
  readonly network: Network;
  readonly client: Client;
  readonly salon: Salon;
  readonly random: Random;
  readonly probe: Probe;
  readonly marks: Marks;
  /** The position of the last event before the first command of the load. */
  readonly openedAt: bigint;
}

/** A customer who always asks for a time that nobody else wants. */
export class Probe {
  private readonly starts: number[];

  constructor(
    readonly customer: Account,
    private readonly salon: Salon,
    private readonly random: Random,
  ) {
    this.starts = startsOf(salon, salon.probe);
  }

  /** Throws when all times are used up. */
  booking(): Command {
    const start = this.starts.shift();
    if (start === undefined) throw new Error('The probe has booked all of its time');
    const { businessId, probe } = this.salon;
    const body = { businessId, serviceId: probe.id, start: new Date(start).toISOString() };
    return { method: 'POST', path: '/bookings', as: this.customer, key: this.random.uuid(), body };
  }

  /** Gives that booking's time free again. */
  cancellation({ id, start }: Shown): Command {
    this.starts.push(Date.parse(start));
    return { method: 'DELETE', path: `/bookings/${id}/cancel`, as: this.customer, key: this.random.uuid(), body: {} };
  }
}

/** Books, waits until the booking is shown, and cancels it; with the ms that waiting took. */
export async function seeOwnBooking({ client, probe }: World): Promise<{ booked: Shown; ms: number }> {
  const answer = await client.decide(probe.booking());
  const booked = shownOf(jsonOf(answer));
  const began = performance.now();
  const seen = await client.answerTo({
    method: 'GET',
    path: `/bookings/${booked.id}`,
    as: probe.customer,
    minPosition: answer.headers.get('x-event-position') ?? undefined,
  });
  assert.deepEqual(shownOf(jsonOf(seen)), booked);
  const ms = performance.now() - began;
  await client.decide(probe.cancellation(booked));
  return { booked, ms };
}
