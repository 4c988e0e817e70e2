import type { Uuid } from '@yoyaku/kernel';
import { id } from '@yoyaku/kernel/specification';
import { grantsOf, type Role } from './permissions';
import { refusalOf, type Standing } from './reach';

const [ginza, shibuya] = [id('ginza'), id('shibuya')];
const who = (role: Role, locationIds: readonly Uuid[]): Standing => ({ role, grants: grantsOf(role), locationIds });
const [ofGinza, ofAll] = [who('manager', [ginza]), who('manager', [])];

describe('a member limited to a location', () => {
  it.each([
    ['what is there', [ginza], null, null],
    ['what is elsewhere', [shibuya], 'unseen', 'unseen'],
    ['what is there and elsewhere', [ginza, shibuya], null, 'forbidden'],
    ['what is nowhere in particular', [], null, 'forbidden'],
    ['what no limit concerns', null, null, null],
  ] as const)('and %s', (_, places, reading, writing) => {
    expect(refusalOf(ofGinza, 'blocks:read', places)).toBe(reading);
    expect(refusalOf(ofGinza, 'blocks:write', places)).toBe(writing);
    expect(refusalOf(ofAll, 'blocks:read', places)).toBeNull();
    expect(refusalOf(ofAll, 'blocks:write', places)).toBeNull();
  });

  it('does nothing that concerns every location', () => {
    expect(refusalOf(ofGinza, 'audit:read', null)).toBe('forbidden');
    expect(refusalOf(ofAll, 'audit:read', null)).toBeNull();
  });

  it('may no more at the location than the role does', () =>
    expect(refusalOf(who('sales_rep', [ginza]), 'blocks:read', [ginza])).toBe('forbidden'));
});
