import { runProjection } from '@yoyaku/projecting';
import { bookingHistoryProjection } from './projection';

describe('the booking history', () => {
  it('has each event of a booking or an appointment, and no other; what is personal stays sealed', () => {
    const actor = { id: 'hanako', role: 'user', ip: '192.0.2.1', userAgent: null };
    const rows = runProjection(bookingHistoryProjection, [
      { type: 'BookingConfirmed', data: { bookingId: 'cut' }, stream: 'booking-cut', actor },
      {
        type: 'AppointmentPlanned',
        data: { appointmentId: 'dentist', title: 'Dentist' },
        stream: 'agenda-hanako',
        id: 'event',
        sealed: { fields: ['title'], data: { subject: 'hanako', box: 'Dentist' }, actor: null },
      },
      { type: 'SlotReserved', data: { bookingId: 'cut' }, stream: 'calendar-yuki' },
    ]).bookingHistory;
    expect(rows.toSorted((a, b) => a.position - b.position)).toMatchObject([
      { bookingId: 'cut', type: 'BookingConfirmed', actor: { id: 'hanako', role: 'user' }, position: 1, revision: 0 },
      {
        bookingId: 'dentist',
        type: 'AppointmentPlanned',
        data: { title: null },
        position: 2,
        personal: { subject: 'hanako', box: 'Dentist', eventId: 'event' },
      },
    ]);
    expect(rows).toHaveLength(2);
  });
});
