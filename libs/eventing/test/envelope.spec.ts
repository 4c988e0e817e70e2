import { claimsToBeOurs } from '../src/envelope/envelope';
import { FIRST_SHAPE } from './first-shape';

const { hash } = FIRST_SHAPE.metadata;

/** Metadata as it stands in stores, and whose it is. */
describe('metadata says that it is an envelope of ours', () => {
  test.each<[string, object]>([
    ['a whole one of the first build', FIRST_SHAPE.metadata],
    ['one that lacks its hash', { tenantId: 't1', commandId: 'c', schemaVersion: 1, prevHash: null }],
    ['one that lacks what it follows', { tenantId: 't1', commandId: 'c', schemaVersion: 1, hash }],
    ['one of which little is left', { tenantId: 't1', prevHash: null }],
    ['one that lacks its chain', { tenantId: 't1', commandId: 'c', schemaVersion: 1 }],
    ['one with a tenant that is none', { tenantId: ['a'], prevHash: hash, hash }],
  ])('%s', (_, metadata) => {
    expect(claimsToBeOurs(metadata)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['an application with tenants', { tenantId: 'acme', user: 'somebody' }],
    [
      'an application with tenants and commands',
      { tenantId: 'acme', commandId: '7', $correlationId: 'x', actor: { id: 7 } },
    ],
    ['a schema registry', { schemaVersion: 3, tenantId: 'acme', contentType: 'application/json' }],
    ['a deduplicating writer', { hash, source: 'import' }],
    ['a deduplicating writer with tenants', { tenantId: 'acme', hash: 'd41d8cd98f00b204e9800998ecf8427e' }],
    ['a chain of its own', { prevHash: hash }],
    ['the store’s own page', { $correlationId: 'x', $causationId: 'y' }],
    ['text', 'tenantId, prevHash'],
    ['nothing', null],
  ])('not that of %s', (_, metadata) => {
    expect(claimsToBeOurs(metadata)).toBe(false);
  });
});
