import { apiClient } from '@yoyaku/client';
import { NewBusiness } from '@yoyaku/simulation';
import { Account } from './account';
import type { OfferedService } from './offers';

const MINUTE = 60_000;
const ZONE = 'Asia/Tokyo';
const [OPENS, CLOSES] = ['10:00', '18:00'];
const GRID_MINUTES = 15;
/** Bookable days, the first being the day after tomorrow. */
const DAYS = 6;
const week = [1, 2, 3, 4, 5, 6, 7];
const hoursOf = (starts: string) => week.map((day) => ({ day, starts, ends: CLOSES }));
/** When somebody may work. */
export const OPENING_HOURS = [hoursOf(OPENS), hoursOf('11:00'), hoursOf('12:30')] as const;

interface ServiceDraft {
  readonly name: string;
  readonly minutes: number;
  readonly before: number;
  readonly after: number;
  readonly capacity: number;
  readonly requirements: readonly (readonly string[])[];
}

/** The business that the load is for. */
export interface Salon {
  readonly businessId: string;
  readonly owner: Account;
  /** What the load books: for one of several staff, for staff and a room at once, for a group. */
  readonly services: readonly OfferedService[];
  /** Booked by single checks only, so that they never meet the load. */
  readonly probe: OfferedService;
  /** Somebody who is booked by nobody, so that hours and capacity can change at any time. */
  readonly apprentice: string;
  /** Local dates on which all of them work, in order. */
  readonly dates: readonly string[];
}

/** Every moment (epoch ms) of the salon's dates at which that service may begin. */
export const startsOf = ({ dates }: Salon, { duration }: OfferedService): number[] =>
  dates.flatMap((date) => {
    const [opens, closes] = [at(date, OPENS), at(date, CLOSES)];
    const count = (closes - duration - opens) / (GRID_MINUTES * MINUTE) + 1;
    return Array.from({ length: count }, (_, i) => opens + i * GRID_MINUTES * MINUTE);
  });

const at = (date: string, time: string | undefined): number =>
  Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(ZONE).epochMilliseconds;

/** Makes an approved business with staff, rooms and services, over HTTP. */
export async function openSalon(origin: string, admin: Account): Promise<Salon> {
  const owner = await Account.register(origin, 'owner');
  const hours = { from: OPENS, to: CLOSES };
  const business = await NewBusiness.open(apiClient(origin, owner.token), apiClient(origin, admin.token), {
    name: 'Faulty Towers',
    timeZone: ZONE,
    hours,
  });
  const resource = (kind: 'staff' | 'room', name: string, capacity?: number) =>
    business.addResource({ kind, name, capacity }, hours);
  const service = async ({ name, minutes, before, after, capacity, requirements }: ServiceDraft) => {
    const id = await business.addService(
      { name, capacity, durationMinutes: minutes, bufferBeforeMinutes: before, bufferAfterMinutes: after },
      requirements,
    );
    const duration = minutes * MINUTE;
    return { id, duration, before: before * MINUTE, after: after * MINUTE, capacity, requirements };
  };

  const staff = [await resource('staff', 'Aya'), await resource('staff', 'Botan'), await resource('staff', 'Chie')];
  const room = await resource('room', 'Treatment room');
  const hall = await resource('room', 'Hall', 10);
  const [tester, apprentice] = [await resource('staff', 'Dai'), await resource('staff', 'Emi')];
  const alone = { before: 0, after: 10, capacity: 1 };
  const services = [
    await service({ ...alone, name: 'Haircut', minutes: 30, requirements: [staff] }),
    await service({ ...alone, name: 'Treatment', minutes: 60, before: 5, requirements: [staff, [room]] }),
    await service({ ...alone, name: 'Class', minutes: 60, capacity: 10, requirements: [[hall]] }),
  ];
  const probe = await service({ ...alone, name: 'Probe', minutes: 15, after: 0, requirements: [[tester]] });
  const today = Temporal.Now.plainDateISO(ZONE);
  const dates = Array.from({ length: DAYS }, (_, i) => today.add({ days: 2 + i }).toString());
  return { businessId: business.id, owner, services, probe, apprentice, dates };
}
