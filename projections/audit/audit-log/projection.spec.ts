import { runProjection } from '@yoyaku/projecting';
import { auditLogProjection } from './projection';

describe('the audit log', () => {
  it('says of every event who did it, where, and what it changed', () => {
    const event = { type: 'BookingConfirmed', data: { bookingId: 'cut' }, stream: 'booking-0198-a', tenantId: 'salon' };
    const actor = { id: 'hanako', role: 'user', ip: '192.0.2.1', userAgent: 'curl' };
    expect(runProjection(auditLogProjection, [{ ...event, actor, correlationId: 'request 1' }]).auditLog).toMatchObject(
      [
        {
          ...{ tenantId: 'salon', actorId: 'hanako', actorRole: 'user', ip: '192.0.2.1', userAgent: 'curl' },
          ...{ entity: 'booking', entityId: '0198-a', action: 'BookingConfirmed', changes: { bookingId: 'cut' } },
          ...{ at: '2026-04-01T00:00:00Z', position: 1, correlationId: 'request 1' },
        },
      ],
    );
  });
});
