import { specify } from '@yoyaku/kernel/specification';
import { Agenda } from './agenda.decider';

const { given } = specify(Agenda.decider);

const dentist = {
  appointmentId: 'dentist',
  userId: 'hanako',
  title: 'Dentist',
  start: '2026-04-10T09:00:00Z',
  end: '2026-04-10T10:00:00Z',
};
const planned = { type: 'AppointmentPlanned', data: dentist } as const;
const plan = (other: Partial<typeof dentist> = {}) =>
  ({ type: 'PlanAppointment', data: { ...dentist, ...other } }) as const;
const change = (other: Partial<typeof dentist>) =>
  ({ type: 'ChangeAppointment', data: { appointmentId: 'dentist', userId: 'hanako', ...other } }) as const;

describe('an agenda', () => {
  it('takes an appointment once', () => {
    given([]).when(plan()).then([planned]);
    given([planned]).when(plan()).thenNothing();
  });

  it('takes no two at a time', () => {
    given([planned])
      .when(plan({ appointmentId: 'lunch', start: '2026-04-10T09:59:00Z', end: '2026-04-10T11:00:00Z' }))
      .thenRejects('booking.slot_taken');
  });

  it('takes none in the past, and none that ends before it starts', () => {
    given([]).when(plan(), '2026-04-10T09:00:01Z').thenRejects('booking.too_soon');
    given([])
      .when(plan({ end: dentist.start }))
      .thenRejects('booking.ends_before_start');
  });

  it('changes times and title', () => {
    const moved = { ...dentist, start: '2026-04-10T09:30:00Z' };
    given([planned])
      .when(change({ start: moved.start }))
      .then([{ type: 'AppointmentChanged', data: moved }]);
    given([planned])
      .when(change({ title: 'Dr. Sato' }), '2027-01-01T00:00:00Z')
      .then([{ type: 'AppointmentChanged', data: { ...dentist, title: 'Dr. Sato' } }]);
    given([planned])
      .when(change({ title: 'Dentist' }))
      .thenNothing();
    given([])
      .when(change({ title: 'Dr. Sato' }))
      .thenRejects('booking.not_found');
  });

  it('cancels', () => {
    const cancel = { type: 'CancelAppointment', data: { appointmentId: 'dentist', userId: 'hanako' } } as const;
    const cancelled = { type: 'AppointmentCancelled', data: cancel.data } as const;
    given([planned]).when(cancel).then([cancelled]);
    given([planned, cancelled]).when(cancel).thenRejects('booking.not_found');
    given([planned, cancelled])
      .when(plan({ appointmentId: 'lunch' }))
      .then([{ ...planned, data: { ...dentist, appointmentId: 'lunch' } }]);
  });
});
