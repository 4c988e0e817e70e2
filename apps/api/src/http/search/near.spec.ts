import { pointIn } from './near';

it.each([
  ['35.6717,139.765', { latitude: 35.6717, longitude: 139.765 }],
  ['-33.9, 18.4, 2.5', { latitude: -33.9, longitude: 18.4, km: 2.5 }],
  ['90,-180,20015', { latitude: 90, longitude: -180, km: 20_015 }],
  ['0,0', { latitude: 0, longitude: 0 }],
])('%s is a point', (text, point) => expect(pointIn(text)).toEqual(point));

it.each([
  ...['', '35', '35,', '35,139,', '999,999', '90.0001,0', '0,180.0001', '35,139,0', '35,139,-1', '35,139,5,6'],
  ...['a,b', 'NaN,NaN', '1e1,2', '0x1,2', 'Infinity,0', "35,139' or 1=1", '35;139', '３５,１３９', '35,139,100000'],
  `${'1'.repeat(10_000)},0`,
])('%s is none', (text) => expect(pointIn(text)).toBeUndefined());
