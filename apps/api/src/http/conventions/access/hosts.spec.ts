import { Hosts } from './hosts';

const hosts = new Hosts('Example.com.');

it.each([
  ['salon.example.com', 'salon', null],
  ['SALON.Example.COM', 'salon', null],
  ['salon.example.com.', 'salon', null],
  ['owner.salon.example.com', 'salon', 'owner'],
  ['Manager.salon.example.com', 'salon', 'manager'],
  ['staff.salon-2.example.com.', 'salon-2', 'staff'],
  ['admin.example.com', null, 'admin'],
])('%s is of %s, area %s', (name, slug, area) => expect(hosts.read(name)).toEqual({ slug, area }));

it.each([
  'example.com',
  'example.com.',
  'localhost',
  '',
  '127.0.0.1',
  '[::1]',
  'salon.example.org',
  'salon.example.com.evil.org',
  'salonexample.com',
  'www.example.com',
  'api.example.com',
  'owner.example.com',
])('%s says nothing of a business', (name) => expect(hosts.read(name)).toBeUndefined());

it.each([
  'admin.salon.example.com',
  'x.salon.example.com',
  'owner.owner.salon.example.com',
  'x.owner.salon.example.com',
  '.example.com',
  '..example.com',
  'owner..example.com',
  'sa lon.example.com',
  'salon@evil.example.com',
  'サロン.example.com',
  `${'x'.repeat(64)}.example.com`,
])('%s is of nobody', (name) => expect(hosts.read(name)?.slug).toBe(''));

it('knows a base domain in the script of its people by the name that browsers send', () => {
  expect(new Hosts('例え.jp').read('salon.xn--r8jz45g.jp')).toEqual({ slug: 'salon', area: null });
  expect(new Hosts('localhost').read('salon.localhost')).toEqual({ slug: 'salon', area: null });
});
