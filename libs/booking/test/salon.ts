import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  BookingModule,
  type BookingRequest,
  Calendar,
  ConfirmBooking,
  GiveUpBooking,
  type Hold,
  type Move,
  ownsHold,
  type Party,
  RequestBooking,
  RescheduleBooking,
  SettleHolds,
  UndoCancellation,
} from '@yoyaku/booking';
import { CoreModule, migrate, readConfig } from '@yoyaku/composition';
import { AggregateStore, type CommandContext, Commands, EventStoreUnavailable, systemContext } from '@yoyaku/eventing';
import { IdentityModule } from '@yoyaku/identity';
import { type Instant, instant, MINUTE, newUuid, now, plusMs, type Uuid, type Weekday } from '@yoyaku/kernel';
import { NotificationsModule } from '@yoyaku/notifications';
import { type TestServers, testSecrets } from '@yoyaku/testing';
import { Business, type BusinessCommand, type BusinessStep } from '../../business/src/domain/business.decider';
import { Resource } from '../../catalog/src/domain/resource.decider';
import { Service } from '../../catalog/src/domain/service.decider';
import { Customer } from '../../customers/src/domain/customer.decider';
import { Holds } from '../src/application/holds';
import { Booking, type BookingStep } from '../src/domain/booking.decider';

/** One process of the product, as far as booking goes. */
export class BookingProcess {
  readonly holds = this.app.get(Holds);
  readonly commands = this.app.get(Commands);
  readonly bookings = bookingCommands(this.commands);
  readonly aggregates = this.app.get(AggregateStore);

  private constructor(private readonly app: INestApplicationContext) {}

  /** @param more of the environment */
  static async start(
    { environment }: Pick<TestServers, 'environment'>,
    more: Readonly<Record<string, string>> = {},
  ): Promise<BookingProcess> {
    await migrate(environment.DATABASE_URL);
    const config = readConfig({
      NODE_ENV: 'test',
      ...testSecrets,
      ...environment,
      ...more,
    });
    const others = [IdentityModule.forRoot(config), NotificationsModule.forRoot(config)];
    const imports = [await CoreModule.forRoot(config), ...others, BookingModule];
    return new BookingProcess(await (await Test.createTestingModule({ imports }).compile()).init());
  }

  stop = (): Promise<void> => this.app.close();
}

/** The commands about a booking and its calendars. */
const bookingCommands = (commands: Commands) => ({
  request: (request: BookingRequest, context: CommandContext) => commands.send(new RequestBooking(request, context)),
  reschedule: (id: Uuid, move: Move, context: CommandContext) =>
    commands.send(new RescheduleBooking(id, move, context)),
  confirm: (id: Uuid, context: CommandContext) => commands.send(new ConfirmBooking(id, context)),
  cancel: (id: Uuid, by: Party, reason: string | null, context: CommandContext) =>
    commands.send(new GiveUpBooking(id, { type: 'CancelBooking', data: { by, reason } }, context)),
  decline: (id: Uuid, reason: string | null, context: CommandContext) =>
    commands.send(new GiveUpBooking(id, { type: 'DeclineBooking', data: { by: 'business', reason } }, context)),
  expire: (id: Uuid, context: CommandContext) =>
    commands.send(new GiveUpBooking(id, { type: 'ExpireBooking', data: { by: 'system' } }, context)),
  settle: (holds: readonly Hold[], context: CommandContext) => commands.send(new SettleHolds(holds, context)),
  undoCancellation: (id: Uuid, context: CommandContext) => commands.send(new UndoCancellation(id, context)),
});

/** Runs this where a booking would be made, once its calendars are held. */
export function insteadOfCreation(
  commands: Commands,
  run: (create: () => Promise<unknown>) => Promise<unknown>,
): jest.SpyInstance {
  const execute = commands.execute.bind(commands) as (...given: unknown[]) => Promise<unknown>;
  return jest.spyOn(commands, 'execute').mockImplementation((...given) => {
    const [aggregate, , command] = given as readonly unknown[];
    const isCreation = aggregate === Booking && (command as BookingStep).type === 'RequestBooking';
    return (isCreation ? run(() => execute(...given)) : execute(...given)) as never;
  });
}

export const asked = (): CommandContext => systemContext('test');

/** The same command once more, after nobody heard what became of it. */
export const again = (context: CommandContext): CommandContext => ({ ...context, repeated: true });

/** Sends a command as clients do: again, where a busy machine has not done it in time. */
export async function insist<T>(send: (context: CommandContext) => Promise<T>): Promise<T> {
  const context = asked();
  for (let tries = 1; ; tries++) {
    try {
      return await send(tries === 1 ? context : again(context));
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable) || tries === 10) throw error;
    }
  }
}

const WEEK: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** Looked up once: midnight may pass while the specs run. */
const NOON = instant(`${plusMs(now(), 2 * 24 * 60 * MINUTE).slice(0, 10)}T12:00:00Z`);

/** Minutes after noon (UTC) of the day after tomorrow. */
export const at = (minutes: number): Instant => plusMs(NOON, minutes * MINUTE);

/** A business that is open around the clock, with one customer. */
export class Salon {
  readonly businessId = newUuid();
  readonly customerId = newUuid();

  private constructor(private readonly process: BookingProcess) {}

  static async open(process: BookingProcess): Promise<Salon> {
    const salon = new Salon(process);
    const { businessId, customerId } = salon;
    await salon.business({
      type: 'CreateBusiness',
      data: {
        businessId,
        ownerId: newUuid(),
        name: 'Salon',
        slug: `salon-${businessId}`,
        timeZone: 'UTC',
        currency: 'JPY',
        locale: 'en',
        verticalId: null,
        description: null,
      },
    });
    const hours = WEEK.map((day) => ({ day, opens: '00:00', closes: '24:00' }));
    await salon.business({ type: 'SetHours', data: { hours } });
    await salon.business({ type: 'ChangeSettings', data: { slotIntervalMinutes: 5 } });
    await salon.business({ type: 'ApproveBusiness', data: {} });
    await process.commands.execute(
      Customer,
      customerId,
      {
        type: 'CreateCustomer',
        data: {
          customerId,
          businessId,
          name: 'Hanako',
          email: null,
          phone: null,
          birthday: null,
          locale: null,
          assignedTo: null,
          tags: [],
          consents: [],
          status: 'customer',
        },
      },
      asked(),
    );
    return salon;
  }

  business(command: BusinessCommand | BusinessStep) {
    return this.process.commands.execute(Business, this.businessId, command, asked());
  }

  async resource(): Promise<Uuid> {
    const resourceId = newUuid();
    await this.process.commands.execute(
      Resource,
      resourceId,
      {
        type: 'CreateResource',
        data: {
          resourceId,
          businessId: this.businessId,
          kind: 'staff',
          name: 'Yuki',
          description: null,
          capacity: 1,
          locationId: null,
          userId: null,
        },
      },
      asked(),
    );
    return resourceId;
  }

  /** Of an hour; one of each list of resources is needed. */
  async service(
    requirements: readonly (readonly Uuid[])[],
    details: { durationMinutes?: number; capacity?: number } = {},
  ): Promise<Uuid> {
    const serviceId = newUuid();
    await this.process.commands.execute(
      Service,
      serviceId,
      {
        type: 'CreateService',
        data: {
          serviceId,
          businessId: this.businessId,
          name: 'Haircut',
          price: { amount: 8000, currency: 'JPY' },
          durationMinutes: 60,
          capacity: 1,
          shared: null,
          pricing: 'booking',
          bufferBeforeMinutes: 0,
          bufferAfterMinutes: 0,
          ...details,
          requirements: requirements.map((anyOf) => ({ anyOf })),
          overrides: [],
          locationIds: [],
          description: null,
          category: null,
          intervalMinutes: null,
          policyId: null,
          depositRule: null,
        },
      },
      asked(),
    );
    return serviceId;
  }

  wish(serviceId: Uuid, start: Instant, other: Partial<BookingRequest> = {}): BookingRequest {
    return {
      businessId: this.businessId,
      serviceId,
      start,
      resourceIds: [],
      partySize: 1,
      note: null,
      whom: { customerId: this.customerId },
      by: 'customer',
      ...other,
    };
  }

  /** The holds on a resource's calendar, as they stand in the store. */
  async holdsOn(resourceId: Uuid) {
    const { state } = await this.process.aggregates.load(Calendar, resourceId, 'requireLoad');
    return state.entries.map(({ bookingId, holdId, start, end }) => ({
      bookingId,
      holdId,
      resourceId,
      businessId: this.businessId,
      start,
      end,
    }));
  }

  /** Throws unless the booking's hold stands in each of its calendars. */
  async expectSlotOf(bookingId: Uuid): Promise<void> {
    const { state } = await this.process.aggregates.load(Booking, bookingId, 'requireLoad');
    if (!('resourceIds' in state)) throw new Error(`There is no booking ${bookingId}`);
    for (const resourceId of state.resourceIds) {
      const own = (await this.holdsOn(resourceId)).filter(
        (held) => held.bookingId === bookingId && ownsHold(state, resourceId, held.holdId),
      );
      expect(own.map(({ start, end }) => [start, end])).toEqual([[Date.parse(state.start), Date.parse(state.end)]]);
    }
  }
}
