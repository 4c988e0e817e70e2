import { runProjection } from '@yoyaku/projecting';
import { bookingHistoryProjection } from './projection';

describe('the booking history', () => {
  it('has each event of a booking or an appointment, and no other', () => {
    const actor = { id: 'hanako', role: 'user', ip: '192.0.2.1', userAgent: null };
    const rows = runProjection(bookingHistoryProjection, [
      { type: 'BookingConfirmed', data: { bookingId: 'cut' }, stream: 'booking-cut', actor },
      { type: 'AppointmentPlanned', data: { appointmentId: 'dentist', title: 'Dentist' }, stream: 'agenda-hanako' },
      { type: 'SlotReserved', data: { bookingId: 'cut' }, stream: 'calendar-yuki' },
    ]).bookingHistory;
    expect(rows.toSorted((a, b) => a.position - b.position)).toMatchObject([
      { bookingId: 'cut', type: 'BookingConfirmed', actor: { id: 'hanako', role: 'user' }, position: 1, revision: 0 },
      { bookingId: 'dentist', type: 'AppointmentPlanned', data: { title: 'Dentist' }, position: 2 },
    ]);
    expect(rows).toHaveLength(2);
  });
});
