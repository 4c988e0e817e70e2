import { getCountries } from 'libphonenumber-js';

/** The country (ISO 3166) that a time zone lies in; null for one that belongs to none, as UTC does. */
export function countryOfZone(timeZone: string): string | null {
  countries ??= countriesByZone();
  return countries.get(canonical(timeZone)) ?? null;
}

let countries: ReadonlyMap<string, string> | undefined;

/** Where a zone is of several countries, it counts as the first one's that names it. */
function countriesByZone(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const country of getCountries()) {
    for (const zone of new Intl.Locale('und', { region: country }).getTimeZones() ?? []) {
      const name = canonical(zone);
      if (!found.has(name)) found.set(name, country);
    }
  }
  return found;
}

/** A zone has several names, `Asia/Kolkata` and `Asia/Calcutta`. */
const canonical = (timeZone: string): string => new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
