import { directoryPlaces } from './table';

/** Adds a value to a statement, and gives its place there. */
type Place = (value: unknown) => string;

/** A point, in degrees, and how far from it things may be, in kilometres; without that they are only sorted. */
export interface Near {
  readonly latitude: number;
  readonly longitude: number;
  readonly km?: number | undefined;
}

/**
 * A query, as SQL, of the rows of `table` with their nearest place (`nearest_id`) and how far that is
 * (`distance_meters`). `isAt` says when the thing `t` is to be had at the place `p` of its business.
 */
export function nearest(table: { name: string }, isAt: string, near: Near, value: Place): string {
  const meters = distanceSql(near, value);
  const limits = near.km === undefined ? [] : [latitudesWithin(near, near.km, value)];
  const isNear = near.km === undefined ? 'true' : `distance_meters <= ${value(near.km * 1000)}::double precision`;
  // The distance is that of a place, so it is measured once for each, and not for each thing that is to be had there.
  return `select distinct on (t.id) t.id, p.id as nearest_id, p.distance_meters
    from (select business_id, id, ${meters} as distance_meters from read.${directoryPlaces.name}
      where ${['latitude is not null', ...limits].join(' and ')} offset 0) p
    join read.${table.name} t on t.business_id = p.business_id and ${isAt}
    where ${isNear} order by t.id, p.distance_meters, p.id`;
}

/** The mean radius of the earth. */
const RADIUS_METERS = 6_371_008.8;

/** Haversine: right over the poles, over the 180th meridian and for the point itself; whole metres, on a round earth. */
function distanceSql({ latitude, longitude }: Near, value: Place): string {
  const [here, there] = [`${value(latitude)}::double precision`, 'latitude / 1e6'];
  const east = `longitude / 1e6 - ${value(longitude)}::double precision`;
  const half = `power(sin(radians(${there} - ${here}) / 2), 2)
    + cos(radians(${here})) * cos(radians(${there})) * power(sin(radians(${east}) / 2), 2)`;
  return `round(${2 * RADIUS_METERS} * asin(least(1, sqrt(${half}))))::integer`;
}

/** All points of the circle, and others: where an index finds them. */
function latitudesWithin({ latitude }: Near, km: number, value: Place): string {
  const reach = (km * 1000 * 1.001 * 180) / (Math.PI * RADIUS_METERS);
  const [from, to] = [latitude - reach, latitude + reach].map((degrees) => value(Math.round(degrees * 1e6)));
  return `latitude between ${from}::bigint and ${to}::bigint`;
}
