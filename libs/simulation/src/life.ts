import { type Booked, Booking, GiveUpBooking, RequestBooking, RescheduleBooking } from '@yoyaku/booking';
import { type Actor, type CommandContext, Commands, systemContext } from '@yoyaku/eventing';
import {
  atLocal,
  DomainError,
  type Instant,
  instant,
  type LocalDate,
  newUuid,
  plusDays,
  plusMs,
  type Uuid,
  type Weekday,
} from '@yoyaku/kernel';
import { Business, type BusinessCommand, type BusinessStep } from '../../business/src/domain/business.decider';
import { Resource } from '../../catalog/src/domain/resource.decider';
import { Service } from '../../catalog/src/domain/service.decider';
import { Customer } from '../../customers/src/domain/customer.decider';
import { Random } from './random';

const WEEK: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const TIME_ZONES = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Asia/Almaty'];
const OPENS = 9;
const CLOSES = 18;
const STAFF = 8;
const CUSTOMERS = 100;
const DURATIONS = [30, 60, 90];
const BOOKINGS_A_DAY = 10;
/** How far ahead people book. */
const AHEAD_DAYS = 14;
const MINUTE = 60_000;

const wallTime = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/**
 * A salon on the clock of its own time: founded on a day, then booked day by day, its customers coming, moving,
 * cancelling and staying away as customers do. What happens is chosen by chance; what comes of it, by the deciders.
 */
export class Life {
  private readonly businessId = newUuid();
  private readonly owner: Actor = { id: newUuid(), role: 'owner', ip: '192.0.2.7', userAgent: 'bench' };
  private readonly staff: Uuid[] = [];
  private readonly services: Uuid[] = [];
  private readonly customers: Uuid[] = [];
  private readonly timeZone: string;
  /** Those still to come, by the day they are on. */
  private readonly expected = new Map<LocalDate, { id: Uuid; start: Instant; end: Instant }[]>();

  constructor(
    private readonly commands: Commands,
    private readonly random: Random,
    private today: LocalDate,
  ) {
    this.timeZone = random.pick(TIME_ZONES);
  }

  async found(): Promise<void> {
    const { businessId, timeZone } = this;
    await this.business({
      type: 'CreateBusiness',
      data: {
        businessId,
        ownerId: this.owner.id as Uuid,
        name: 'Salon',
        slug: `salon-${businessId}`,
        verticalId: null,
        description: null,
        timeZone,
        currency: 'JPY',
        locale: 'en',
        trialDays: 0,
      },
    });
    const hours = WEEK.map((day) => ({ day, opens: wallTime(OPENS), closes: wallTime(CLOSES) }));
    await this.business({ type: 'SetHours', data: { hours } });
    await this.business({ type: 'ChangeSettings', data: { slotIntervalMinutes: 30 } });
    await this.business({ type: 'ApproveBusiness', data: {} });
    for (let i = 0; i < STAFF; i++) this.staff.push(await this.hire(`Person ${i}`));
    for (const durationMinutes of DURATIONS) this.services.push(await this.offer(durationMinutes));
    for (let i = 0; i < CUSTOMERS; i++) this.customers.push(await this.meet(`Customer ${i}`));
  }

  /** One day: bookings for the days to come, then the visits of today. */
  async nextDay(): Promise<void> {
    for (let i = 0; i < BOOKINGS_A_DAY; i++) await this.book();
    for (const { id, start, end } of this.expected.get(this.today) ?? []) await this.visit(id, start, end);
    this.expected.delete(this.today);
    this.today = plusDays(this.today, 1);
  }

  private async book(): Promise<void> {
    const { random, businessId } = this;
    const booked = await this.unlessRefused(() =>
      this.commands.send(
        new RequestBooking(
          {
            businessId,
            serviceId: random.pick(this.services),
            start: this.aTime(),
            resourceIds: [],
            partySize: 1,
            note: null,
            whom: { customerId: random.pick(this.customers) },
            by: 'customer',
          },
          this.asked(8 * 60),
        ),
      ),
    );
    if (!booked) return;
    const chance = random.next();
    if (chance < 0.1) {
      await this.unlessRefused(() =>
        this.commands.send(
          new GiveUpBooking(
            booked.id as Uuid,
            { type: 'CancelBooking', data: { by: 'customer', reason: null } },
            this.asked(490),
          ),
        ),
      );
    } else if (chance < 0.2) {
      const to = { start: this.aTime(), resourceIds: this.staff.slice(0, 1), by: 'business' } as const;
      const moved = await this.unlessRefused(() =>
        this.commands.send(new RescheduleBooking(booked.id as Uuid, to, this.asked(490))),
      );
      this.expect(moved ?? booked);
    } else {
      this.expect(booked);
    }
  }

  private async visit(id: Uuid, start: Instant, end: Instant): Promise<void> {
    const step = (type: 'CheckIn' | 'CompleteBooking' | 'MarkNoShow', at: Instant) =>
      this.commands.execute(Booking, id, { type, data: { by: 'business' } }, this.context(at));
    if (this.random.next() < 0.05) {
      await step('MarkNoShow', end);
    } else {
      if (this.random.next() < 0.5) await step('CheckIn', start);
      await step('CompleteBooking', end);
    }
  }

  private expect({ id, known: { start, end } }: Booked): void {
    const day = start.slice(0, 10) as LocalDate;
    const known = this.expected.get(day) ?? [];
    this.expected.set(day, [...known, { id: id as Uuid, start, end }]);
  }

  /** On the grid, within opening hours, tomorrow or later. */
  private aTime(): Instant {
    const day = plusDays(this.today, this.random.between(1, AHEAD_DAYS));
    const slots = (CLOSES - OPENS) * 2 - 3;
    return plusMs(atLocal(day, wallTime(OPENS), this.timeZone), this.random.between(0, slots) * 30 * MINUTE);
  }

  private async hire(name: string): Promise<Uuid> {
    const resourceId = newUuid();
    await this.commands.execute(
      Resource,
      resourceId,
      {
        type: 'CreateResource',
        data: {
          resourceId,
          businessId: this.businessId,
          kind: 'staff',
          name,
          description: null,
          capacity: 1,
          locationId: null,
          userId: null,
        },
      },
      this.asked(0),
      'assumeEmpty',
    );
    const hours = WEEK.map((day) => ({ day, starts: wallTime(OPENS), ends: wallTime(CLOSES) }));
    await this.commands.execute(Resource, resourceId, { type: 'SetWorkingHours', data: { hours } }, this.asked(0));
    return resourceId;
  }

  private async offer(durationMinutes: number): Promise<Uuid> {
    const serviceId = newUuid();
    await this.commands.execute(
      Service,
      serviceId,
      {
        type: 'CreateService',
        data: {
          serviceId,
          businessId: this.businessId,
          name: `${durationMinutes} minutes`,
          description: null,
          category: null,
          price: { amount: 100 * durationMinutes, currency: 'JPY' },
          durationMinutes,
          bufferBeforeMinutes: 0,
          bufferAfterMinutes: 0,
          capacity: 1,
          shared: null,
          pricing: 'booking',
          intervalMinutes: null,
          requirements: [{ anyOf: this.staff }],
          overrides: [],
          locationIds: [],
          policyId: null,
          depositRule: null,
        },
      },
      this.asked(0),
      'assumeEmpty',
    );
    return serviceId;
  }

  private async meet(name: string): Promise<Uuid> {
    const customerId = newUuid();
    await this.commands.execute(
      Customer,
      customerId,
      {
        type: 'CreateCustomer',
        data: {
          customerId,
          businessId: this.businessId,
          name,
          email: `${customerId}@example.com`,
          phone: null,
          birthday: null,
          locale: null,
          status: 'customer',
          assignedTo: null,
          tags: [],
          consents: [],
        },
      },
      this.asked(0),
      'assumeEmpty',
    );
    return customerId;
  }

  private business(command: BusinessCommand | BusinessStep) {
    return this.commands.execute(Business, this.businessId, command, this.asked(0));
  }

  /** So many minutes into today, by Greenwich. */
  private asked(minutes: number): CommandContext {
    return this.context(plusMs(instant(`${this.today}T00:00:00Z`), minutes * MINUTE));
  }

  private context(at: Instant): CommandContext {
    return { ...systemContext('generated'), at, actor: this.owner };
  }

  /** Somebody else may have the time. */
  private async unlessRefused<T>(operation: () => Promise<T>): Promise<T | undefined> {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof DomainError && error.code.startsWith('booking.')) return undefined;
      throw error;
    }
  }
}
