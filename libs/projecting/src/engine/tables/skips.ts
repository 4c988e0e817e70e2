/** SQL for the ids of the events that a projection, named by this SQL, passes over, whatever its version. */
export const skipsOf = (projection: string): string =>
  `array(select event_id::text from app.projection_skips s where s.projection = ${projection})`;
