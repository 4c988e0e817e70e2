import type { ApiRequest } from './api-request';

const id = 'an-id';

it('any request is what its operation takes: only these compile', () => {
  const requests: readonly ApiRequest[] = [
    { method: 'GET', path: '/bookings?limit=20' },
    { method: 'POST', path: `/bookings/${id}/undo-cancel` },
    { method: 'DELETE', path: `/bookings/${id}/cancel`, body: { reason: 'ill' } },
    { method: 'PUT', path: `/owner/services/${id}`, body: { name: 'Cut' } },
    // @ts-expect-error: there is no such path
    { method: 'POST', path: '/appointment', body: {} },
    // @ts-expect-error: the path has no such method
    { method: 'DELETE', path: '/customers' },
    // @ts-expect-error: a field is missing
    { method: 'POST', path: '/customers', body: { name: 'Hanako' } },
    // @ts-expect-error: the body has no such field
    { method: 'POST', path: `/bookings/${id}/reschedule`, body: { start: '2027-04-01T09:00:00Z', from: id } },
  ];
  expect(requests).toHaveLength(8);
});
