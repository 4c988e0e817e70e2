import { newUuid } from '@yoyaku/kernel';
import { anOpenSalon, type Person } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let owner: Person;
let businessId: string;
let asOwner: (method: Method, path: string, body?: object) => Promise<Reply>;

const NAMES = ['Mu\u0308ller Anna', 'タカハシ ソラ', "O'Brien", 'François 100%_Sure', 'Ｔａｒｏ Sato', 'がくと'];
const PHONES = ['090-1234-5678', '+81 90 2345 6789', '03-1234-5678'];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  ({ businessId, owner, asOwner } = await anOpenSalon(api, ['00:00', '24:00']));
});
afterAll(() => api.stop());

/** The names that a list shows for what somebody types, once it knows of that command. */
async function found(path: string, q: string, after: Reply): Promise<string[]> {
  const headers = { 'x-min-position': after.headers['x-event-position'] as string };
  const reply = await api.call('GET', `${path}${path.includes('?') ? '&' : '?'}q=${encodeURIComponent(q)}`, {
    token: owner.token,
    headers,
  });
  expect(reply.status).toBe(200);
  return reply.body.items.map(({ name }: { name: string }) => name).toSorted();
}

describe('customers are found', () => {
  let last: Reply;
  beforeAll(async () => {
    for (const name of NAMES) last = await asOwner('POST', '/customers', { businessId, name });
    for (const phone of PHONES) last = await asOwner('POST', '/customers', { businessId, name: phone, phone });
    // Somebody else's customers have the same names.
    const other = await anOpenSalon(api, ['00:00', '24:00']);
    for (const name of NAMES) {
      last = await other.asOwner('POST', '/customers', { businessId: other.businessId, name });
    }
  });
  const asked = (q: string) => found(`/customers?businessId=${businessId}`, q, last);

  it.each([
    ['Mu\u0308ller Anna', ['Müller', 'muller', 'MÜLL', 'anna müller', 'llér']],
    ['タカハシ ソラ', ['たかはし', 'ﾀｶﾊｼ', 'タカハシ', 'ソラ タカハシ', 'たかはしそら', 'カハ']],
    ["O'Brien", ['O’Brien', "o'brien", 'OBRIEN']],
    ['François 100%_Sure', ['francois', 'FRANÇOIS', '100%', '0%_', '_']],
    ['Ｔａｒｏ Sato', ['taro', 'ＴＡＲＯ', 'sato taro']],
    ['がくと', ['ガクト', 'ｶﾞｸﾄ']],
    ['090-1234-5678', ['090-1234-5678', '+81 90-1234-5678', '０９０－１２３４－５６７８', '+81(0)90-1234-5678']],
    ['090-1234-5678', ['819012345678', '090 1234', '090-1234-5678 090']],
    ['+81 90 2345 6789', ['09023456789', '+819023456789', '090-2345', '２３４５－６７８９']],
    ['03-1234-5678', ['(03)1234-5678', '+81 3 1234 5678', '03 1234']],
  ])('%s, by each of its spellings', async (name, spellings) => {
    for (const spelling of spellings) expect([spelling, await asked(spelling)]).toEqual([spelling, [name]]);
  });

  it('not by what looks like it', async () => {
    for (const q of ['かくと', 'Mul%er', 'M_ller', "'", '090-1234-5679', 'Anna Sora']) {
      expect([q, await asked(q)]).toEqual([q, []]);
    }
  });

  it('as they are called now, until they are erased', async () => {
    const before = newUuid().replaceAll('-', 'x');
    const { body } = await asOwner('POST', '/customers', { businessId, name: before, email: `${before}@example.com` });
    last = await asOwner('PUT', `/customers/${body.id}`, { name: 'Renamed Person', email: null });
    expect(await asked(before)).toEqual([]);
    expect(await asked('person renamed')).toEqual(['Renamed Person']);
    last = await asOwner('POST', `/customers/${body.id}/erase`);
    expect(await asked('renamed')).toEqual([]);
    expect(await found(`/customers?businessId=${businessId}&status=erased`, 'renamed', last)).toEqual([]);
  });
});

it('services, resources and businesses are found in the same way', async () => {
  const mark = newUuid().slice(0, 13);
  const service = { businessId, durationMinutes: 60, price: { amount: 1, currency: 'JPY' } };
  await asOwner('POST', '/owner/services', { ...service, name: 'ヘアカット', category: `Beauté ${mark}` });
  let last = await asOwner('POST', '/owner/services', { ...service, name: 'Massage', description: 'Ｄｅｅｐ\n100 %' });
  expect(await found(`/services?businessId=${businessId}`, 'へあ', last)).toEqual(['ヘアカット']);
  expect(await found('/services', `beaute ${mark}`, last)).toEqual(['ヘアカット']);
  expect(await found(`/businesses/${businessId}/services`, 'deep 100', last)).toEqual(['Massage']);

  last = await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: `Zoë ${mark}` });
  expect(await found(`/resources?businessId=${businessId}`, 'zoe', last)).toEqual([`Zoë ${mark}`]);
  last = await asOwner('DELETE', `/owner/resources/${last.body.id}`);
  expect(await found(`/resources?businessId=${businessId}`, 'zoe', last)).toEqual([]);

  last = await asOwner('PUT', `/owner/businesses/${businessId}`, { name: `サクラ ${mark}` });
  expect(await found('/businesses', `さくら${mark}`, last)).toEqual([]);
  expect(await found('/businesses', `さくら ${mark}`, last)).toEqual([`サクラ ${mark}`]);
});
