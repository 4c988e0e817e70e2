import { newUuid, type Uuid } from '@yoyaku/kernel';
import { anOpenSalon, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply } from './api-under-test';

type Salon = Awaited<ReturnType<typeof anOpenSalon>>;

let api: ApiUnderTest;
let admin: string;
let sakura: Salon;
let mori: Salon;
/** Of all who searched: the last command they must know of. */
let last: Reply;
/** In the name of everything here, so that nothing else is found. */
const mark = newUuid().slice(0, 8);

const TOKYO = { latitude: 35.6812, longitude: 139.7671 };
const SHINJUKU = { latitude: 35.6896, longitude: 139.7006 };
const OSAKA = { latitude: 34.7025, longitude: 135.4959 };
const near = ({ latitude, longitude }: typeof TOKYO, km?: number) =>
  `near=${[latitude, longitude, ...(km === undefined ? [] : [km])].join(',')}`;

const yen = (amount: number) => ({ amount, currency: 'JPY' });
const service = (name: string, more: object = {}) => ({
  name: `${name} ${mark}`,
  durationMinutes: 60,
  price: yen(8_000),
  ...more,
});

async function made({ businessId, asOwner }: Salon, what: 'services' | 'resources', body: object): Promise<Uuid> {
  last = await asOwner('POST', `/owner/${what}`, { businessId, ...body });
  return last.body.id;
}
async function place({ businessId, asOwner }: Salon, name: string, coordinates: object | null): Promise<Uuid> {
  last = await asOwner('POST', `/owner/businesses/${businessId}/locations`, { name, coordinates });
  return last.body.id;
}
async function member({ businessId, owner }: Salon, person: Person, specializations: string[]): Promise<Reply> {
  const assignment = { businessId, userId: person.id, role: 'staff', specializations };
  last = await employed(api, owner.token, assignment);
  return last;
}

const search = (path: string, headers: Record<string, string> = {}) => api.call('GET', `/search/${path}`, { headers });
const known = () => ({ 'x-min-position': last.headers['x-event-position'] as string });
/** What a search finds, but for the mark. */
async function found(path: string): Promise<string[]> {
  const reply = await search(path, known());
  expect([path, reply.status]).toEqual([path, 200]);
  return reply.body.items.map(({ name }: { name: string }) => name.replace(` ${mark}`, ''));
}
const q = (text: string) => `q=${encodeURIComponent(`${text} ${mark}`.trim())}`;

let [ginza, umeda]: Uuid[] = [];
let yuki: Uuid;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = (await api.admin()).token;
  [sakura, mori] = await Promise.all([anOpenSalon(api, ['09:00', '18:00']), anOpenSalon(api, ['09:00', '18:00'])]);
  ginza = await place(sakura, 'Ginza', TOKYO);
  umeda = await place(sakura, 'Umeda', OSAKA);
  await place(sakura, 'Nowhere', null);
  await place(mori, 'Shinjuku', SHINJUKU);
  yuki = await made(sakura, 'resources', { kind: 'staff', name: `Yuki ${mark}` });
  const ken = await made(sakura, 'resources', { kind: 'staff', name: `Ken ${mark}`, locationId: umeda });
  await made(sakura, 'resources', { kind: 'room', name: `Room ${mark}` });
  await made(sakura, 'services', {
    ...service('Mu\u0308ller Cut', { category: 'Hair' }),
    requirements: [{ anyOf: [yuki, ken] }],
    overrides: [{ resourceId: ken, price: yen(5_000) }],
  });
  await made(sakura, 'services', service('ヘアカラー', { category: 'ｶﾗｰ', price: yen(12_000), locationIds: [umeda] }));
  await made(mori, 'services', service("O'Brien’s Ｓｈａｖｅ 100%_", { category: 'カラー', price: yen(3_000) }));
});
afterAll(() => api.stop());

const ALL = ['Müller Cut', "O'Brien’s Ｓｈａｖｅ 100%_", 'ヘアカラー'];
const all = (names: string[]) => names.map((name) => name.normalize('NFC')).toSorted();

describe('services are found', () => {
  it.each<[string, string[]]>([
    ['Müller Cut', ['müller', 'MULLER', 'Mu\u0308ll', 'ｃｕｔ']],
    ['ヘアカラー', ['へあから', 'ﾍｱｶﾗｰ', 'カラー ヘア']],
    ["O'Brien’s Ｓｈａｖｅ 100%_", ["o'brien", 'OBRIENS shave', '100%_', '%', '_']],
  ])('%s, by each of its spellings', async (name, spellings) => {
    for (const one of spellings) expect([one, all(await found(`services?${q(one)}`))]).toEqual([one, all([name])]);
  });

  it('by nothing that is a pattern elsewhere', async () => {
    for (const text of ['M%ller', 'M_ller', '.*', "' or true --", '\\', '$1', ':value0', 'Müller Shave']) {
      expect([text, await found(`services?${q(text)}`)]).toEqual([text, []]);
    }
  });

  it('by category, in whatever spelling', async () => {
    const asked = (category: string) => found(`services?${q('')}&category=${encodeURIComponent(category)}`);
    expect(all(await asked('カラー'))).toEqual(all(ALL.slice(1)));
    expect(all(await asked('hair'))).toEqual(['Müller Cut']);
    expect(await asked('カラ')).toEqual([]);
  });

  it('by what they cost with the cheapest person, in a currency', async () => {
    expect(all(await found(`services?${q('')}&priceMax=5000`))).toEqual(all(ALL.slice(0, 2)));
    expect(all(await found(`services?${q('')}&priceMax=4999&currency=JPY`))).toEqual([ALL[1]]);
    expect(await found(`services?${q('')}&priceMax=999999&currency=USD`)).toEqual([]);
  });

  it('near a point, the nearest first, with the place and how far it is', async () => {
    const { body } = await search(`services?${q('')}&${near(TOKYO)}`, known());
    const seen = body.items.map((one: { name: string; location: { name: string }; distanceMeters: number }) => [
      one.name.normalize('NFC').replace(` ${mark}`, ''),
      one.location.name,
      Math.round(one.distanceMeters / 100) / 10,
    ]);
    expect(seen).toEqual([
      ['Müller Cut', 'Ginza', 0],
      [ALL[1], 'Shinjuku', 6.1],
      ['ヘアカラー', 'Umeda', 403.1],
    ]);
    expect(body.items[0]).toMatchObject({
      business: { id: sakura.businessId, name: 'Salon', currency: 'JPY' },
      location: { id: ginza, coordinates: TOKYO },
      price: yen(8_000),
    });
    expect((await search(`services?${q('')}`, known())).body.items[0]).toMatchObject({
      location: null,
      distanceMeters: null,
    });
  });

  it('within so many kilometres, also over the 180th meridian', async () => {
    expect(all(await found(`services?${q('')}&${near(SHINJUKU, 10)}`))).toEqual(all(ALL.slice(0, 2)));
    expect(await found(`services?${q('')}&${near(SHINJUKU, 0.001)}`)).toEqual([ALL[1]]);
    const fiji = await anOpenSalon(api, ['09:00', '18:00']);
    await place(fiji, 'Taveuni', { latitude: -16.8, longitude: -179.99 });
    await made(fiji, 'services', service('Massage'));
    expect(await found(`services?${q('massage')}&${near({ latitude: -16.8, longitude: 179.99 }, 5)}`)).toEqual([
      'Massage',
    ]);
    last = await fiji.asOwner('DELETE', `/owner/businesses/${fiji.businessId}`);
  });

  it.each(['', `&${near(TOKYO)}`, '&sort=-name', `&${near(TOKYO)}&sort=-distanceMeters`, '&sort=createdAt'])(
    'page by page%s',
    async (parameters) => {
      const whole = await found(`services?${q('')}${parameters}`);
      expect(all(whole)).toEqual(all(ALL));
      const paged: string[] = [];
      let cursor = '';
      do {
        const { body } = await search(`services?${q('')}${parameters}&limit=1${cursor}`, known());
        expect(body.items).toHaveLength(1);
        paged.push(body.items[0].name.replace(` ${mark}`, ''));
        cursor = body.nextCursor && `&cursor=${encodeURIComponent(body.nextCursor)}`;
      } while (cursor);
      expect(paged).toEqual(whole);
    },
  );

  it.each([
    [`q=${'x'.repeat(10_000)}`, 'q', 'too_long'],
    ['q=%20', 'q', 'too_short'],
    ['near=999,999', 'near', 'bad_format'],
    ['near=35', 'near', 'bad_format'],
    ['near=35,139,0', 'near', 'bad_format'],
    ['priceMax=-1', 'priceMax', 'too_small'],
    ['priceMax=8000.5', 'priceMax', 'wrong_type'],
    ['priceMax=1&currency=XYZ', 'currency', 'bad_format'],
    ['sort=distanceMeters', 'near', 'required'],
    ['ratingMin=4', 'ratingMin', 'unknown_field'],
    ['near=35,139&near=34,135', 'near', 'bad_format'],
    ['sort=price', 'sort', 'not_one_of'],
  ])('and refuses %.60s', async (parameters, path, code) => {
    for (const what of ['services', 'staff']) {
      const { status, body } = await search(`${what}?${parameters}`);
      expect([status, body.errors]).toMatchObject([400, [{ path, code }]]);
    }
  });
});

describe('staff are found', () => {
  it('by name, specialization or a service that they give', async () => {
    const person = await somebody(api);
    await member(sakura, person, ['バレイヤージュ']);
    await made(sakura, 'resources', { kind: 'staff', name: `Aki ${mark}`, userId: person.id });
    expect(all(await found(`staff?${q('')}`))).toEqual(['Aki', 'Ken', 'Yuki']);
    expect(await found(`staff?${q('ｙｕｋｉ')}`)).toEqual(['Yuki']);
    expect(await found(`staff?q=${encodeURIComponent('ﾊﾞﾚｲﾔ')}`)).toEqual(['Aki']);
    expect(all(await found(`staff?${q('muller cut')}`))).toEqual(['Ken', 'Yuki']);
    const { body } = await search(`staff?${q('aki')}`, known());
    expect(body.items).toMatchObject([{ specializations: ['バレイヤージュ'], business: { id: sakura.businessId } }]);
    expect(body.items[0]).not.toHaveProperty('userId');
  });

  it('by what they themselves ask for a service, and where they work', async () => {
    expect(all(await found(`staff?${q('')}&category=HAIR`))).toEqual(['Ken', 'Yuki']);
    expect(await found(`staff?${q('')}&category=hair&priceMax=5000`)).toEqual(['Ken']);
    expect(await found(`staff?${q('')}&category=hair&priceMax=8000&${near(TOKYO)}`)).toEqual(['Yuki', 'Ken']);
    expect(await found(`staff?${q('ken')}&${near(TOKYO, 100)}`)).toEqual([]);
  });

  it('while they work there, at a place that is open, and not once they were erased', async () => {
    const [leaver, anew] = [await somebody(api), await somebody(api)];
    const { body } = await member(sakura, leaver, ['nails']);
    const pop = await place(sakura, 'Pop-up', TOKYO);
    await made(sakura, 'resources', { kind: 'staff', name: `Mika ${mark}`, userId: leaver.id });
    const sora = await made(sakura, 'resources', { kind: 'staff', name: `Sora ${mark}`, locationId: pop });
    expect(all(await found(`staff?${q('')}`))).toEqual(expect.arrayContaining(['Mika', 'Sora']));
    await sakura.asOwner('DELETE', `/staff/assignments/${body.id}`);
    last = await sakura.asOwner('DELETE', `/owner/businesses/${sakura.businessId}/locations/${pop}`);
    expect(await found(`staff?${q('mika')}`)).toEqual([]);
    expect(await found('staff?q=nails')).toEqual([]);
    expect(await found(`staff?${q('sora')}`)).toEqual([]);
    last = await sakura.asOwner('PUT', `/owner/resources/${sora}`, { locationId: ginza });
    expect(await found(`staff?${q('sora')}`)).toEqual(['Sora']);
    // Nobody becomes one by being named: who is no member cannot be.
    const stranger = { businessId: sakura.businessId, kind: 'staff', name: `Eve ${mark}`, userId: anew.id };
    await expect(sakura.asOwner('POST', '/owner/resources', stranger)).rejects.toThrow('resource.unknown_member');
    expect(await found(`staff?${q('eve')}`)).toEqual([]);
  });
});

it('what is withdrawn, at a closed place alone, or of a business that is not approved, is not found', async () => {
  const salon = await anOpenSalon(api, ['09:00', '18:00']);
  const there = await place(salon, 'There', TOKYO);
  const placed = await made(salon, 'services', service('Placed', { locationIds: [there] }));
  await made(salon, 'services', service('Anywhere'));
  await made(salon, 'resources', { kind: 'staff', name: `Rin ${mark}` });
  const offered = async () => [
    all(await found(`services?${q('')}&sort=name`)).filter((name) => ['Placed', 'Anywhere'].includes(name)),
    await found(`staff?${q('rin')}`),
  ];
  expect(await offered()).toEqual([['Anywhere', 'Placed'], ['Rin']]);
  const path = `/admin/businesses/${salon.businessId}`;
  last = await must(api.call('POST', `${path}/suspend`, { token: admin, body: { reason: 'fraud' } }));
  expect(await offered()).toEqual([[], []]);
  last = await must(api.call('POST', `${path}/reinstate`, { token: admin, body: {} }));
  expect(await offered()).toEqual([['Anywhere', 'Placed'], ['Rin']]);
  last = await salon.asOwner('DELETE', `/owner/businesses/${salon.businessId}/locations/${there}`);
  expect(await offered()).toEqual([['Anywhere'], ['Rin']]);
  expect(await found(`services?${q('anywhere')}&${near(TOKYO)}`)).toEqual([]);
  last = await salon.asOwner('PUT', `/owner/services/${placed}`, { locationIds: [] });
  expect(await offered()).toEqual([['Anywhere', 'Placed'], ['Rin']]);
  last = await salon.asOwner('DELETE', `/owner/services/${placed}`);
  expect(await offered()).toEqual([['Anywhere'], ['Rin']]);
  last = await salon.asOwner('DELETE', `/owner/businesses/${salon.businessId}`);
  expect(await offered()).toEqual([[], []]);
  const { owner } = mori;
  const founding = { name: 'New', slug: `new-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
  const pending = await must(api.call('POST', '/owner/businesses', { token: owner.token, body: founding }));
  await made({ ...mori, businessId: pending.body.id }, 'services', service('Pending'));
  expect(await found(`services?${q('pending')}`)).toEqual([]);
});

it('the coordinates of a location can be changed, taken away and are checked', async () => {
  const path = `/owner/businesses/${mori.businessId}/locations`;
  const { body } = await mori.asOwner('POST', path, { name: 'Map', coordinates: OSAKA });
  expect(body.coordinates).toEqual(OSAKA);
  const renamed = await mori.asOwner('PUT', `${path}/${body.id}`, { name: 'Map 2' });
  expect(renamed.body.coordinates).toEqual(OSAKA);
  last = await mori.asOwner('PUT', `${path}/${body.id}`, { coordinates: null });
  const shown = await api.call('GET', `/businesses/${mori.businessId}/locations/${body.id}`, { headers: known() });
  expect(shown.body.coordinates).toBeNull();
  for (const [latitude, code] of [
    [90.1, 'too_large'],
    [-91, 'too_small'],
    ['35', 'wrong_type'],
  ] as const) {
    const { token } = mori.owner;
    const bad = { name: 'Bad', coordinates: { latitude, longitude: 0 } };
    const refused = await api.call('POST', path, { token, body: bad });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'coordinates.latitude', code }] } });
  }
});
