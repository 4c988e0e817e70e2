import { runProjection } from '@yoyaku/projecting';
import { auditLogProjection } from './projection';

describe('the audit log', () => {
  it('says of every event who did it and what it changed, with all that is personal sealed', () => {
    const event = { type: 'BookingDetailsChanged', data: { bookingId: 'cut', note: 'by the window' } };
    const actor = { id: 'hanako', role: 'user', ip: '192.0.2.1', userAgent: 'curl' };
    const [note, address] = [
      { subject: 'hanako', box: 'note' },
      { subject: 'hanako', box: 'address' },
    ];
    const [row] = runProjection(auditLogProjection, [
      {
        ...event,
        id: 'event',
        stream: 'booking-0198-a',
        tenantId: 'salon',
        actor,
        correlationId: 'request 1',
        sealed: { fields: ['note'], data: note, actor: address },
      },
    ]).auditLog;
    expect(row).toEqual({
      id: 'event',
      tenantId: 'salon',
      actorId: 'hanako',
      actorRole: 'user',
      correlationId: 'request 1',
      entity: 'booking',
      entityId: '0198-a',
      action: 'BookingDetailsChanged',
      at: '2026-04-01T00:00:00Z',
      position: 1,
      revision: 0,
      changes: { bookingId: 'cut', note: null },
      personal: { ...note, eventId: 'event' },
      address: { ...address, eventId: 'event' },
    });
  });
});
